"""The quick way of reading attributes says what the thorough way says."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit import Attr, WorkerAttributes, attribute, errors
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_reading import plain_reader


class Home(WorkerAttributes):
    city: Attr[str]
    floor: Attr[int | None]


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "support"]]]
    notes: Attr[list[str] | None]
    numbers: Attr[list[int]] = attribute(default=[])
    level: Attr[int]
    trained: Attr[bool] = True
    tier: Attr[Literal["gold", "silver"]] = attribute(default="silver", name="Tier")
    home: Attr[Home | None]


class Thorough(Agent):
    """The same, read the thorough way alone."""


type.__setattr__(Thorough, "__taskrouter_reader__", None)

SCALARS = st.sampled_from([None, True, False, 0, 3, 3.0, 2.5, "", "billing", "gold", "silver", "x"])
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.fixed_dictionaries({"city": SCALARS, "floor": SCALARS}))
GOOD: dict[str, Any] = {"skills": ["billing"], "notes": None, "numbers": [1], "level": 3, "Tier": "gold", "home": None}


def told(read: Callable[[Any], Agent], document: Any) -> Any:
    try:
        found = read(document)
    except errors.InvalidAttributes as error:
        return [(each.rule, each.where, each.message.replace("Thorough", "Agent")) for each in error.diagnostics]
    return found._values, found.extra, [type(each) for each in found._values.values()]


@given(st.dictionaries(st.sampled_from([*GOOD, "trained", "other"]), VALUES), st.sets(st.sampled_from([*GOOD])))
def test_both_ways_say_the_same(changes: dict[str, Any], left_out: set[str]):
    """Values, their types, what is kept beside them, and every problem."""
    document = {key: value for key, value in {**GOOD, **changes}.items() if key not in left_out or key in changes}
    thorough = told(Thorough.from_dict, document)
    assert told(Agent.from_dict, document) == thorough
    assert told(Agent.from_json, json.dumps(document)) == thorough


def test_the_order_is_the_schemas():
    """Whatever the order in the text."""
    flat = {"floor": 1, "city": "Ulm"}
    for document in (flat, dict(reversed(flat.items()))):
        assert list(Home.from_json(json.dumps(document)).to_dict()) == ["city", "floor"]


def test_the_quick_way_is_taken():
    """For the kinds that attributes usually have; not where values are converted."""
    assert plain_reader(Agent, schema_fields(Agent)) is not None

    class Measured(WorkerAttributes):
        weight: Attr[float]

    assert plain_reader(Measured, schema_fields(Measured)) is None
    assert Measured.from_dict({"weight": 3}).weight == 3


def test_lists_are_copies():
    """A document that changes later does not change the attributes."""
    document = copy.deepcopy(GOOD)
    agent = Agent.from_dict(document)
    document["skills"].append("support")
    assert agent.skills == ["billing"]


def test_a_schema_with_a_constructor_of_its_own_is_asked():
    """What it adds is not passed by."""

    class Checked(WorkerAttributes):
        level: Attr[int]

        def __init__(self, **values: Any) -> None:
            super().__init__(**values)
            if self.level > 9:
                raise ValueError("level")

    with pytest.raises(ValueError, match=r"^level$"):
        Checked.from_dict({"level": 10})


def test_nothing_beside_is_an_empty_mapping_that_stays_one():
    """Attributes without foreign keys share it; they are copied and pickled all the same."""
    agent = Agent.from_dict(GOOD)
    assert agent.extra == {}
    assert agent.extra is Attributes.extra
    with pytest.raises(TypeError):
        agent.extra["x"] = 1  # type: ignore[index]
    assert pickle.loads(pickle.dumps(agent)) == copy.deepcopy(agent) == agent
