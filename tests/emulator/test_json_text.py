"""JSON is the same whether orjson is there or not: same meaning, same text, same refusals."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emulator.asking import Desk
from simulator.centre import Centre
from taskrouter_kit.emulator import _json_text
from taskrouter_kit.simulator import _commands as commands

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
#: What parts of numbers, of strings, and of documents are made of, so that odd ones come up.
PARTS = ["-0", "0", "1", "9" * 17, ".", "e", "E+", '"', "\\u00e9", "\\ud800", "\\/", "{", "}", "[", "]", ":", ",", " "]


def plainly(text: str) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_json_text, "_fast_decode", None)
        return read(text)


def read(text: str) -> object:
    try:
        value, compacted = _json_text.recoded(text)
    except ValueError:
        return "refused"
    assert json.dumps(value) == json.dumps(_json_text.decode(text))
    return compacted


@pytest.mark.skipif(_json_text._fast is None, reason="orjson is not installed, so there is one way only")
@given(JSON.map(json.dumps) | st.lists(st.sampled_from(PARTS)).map("".join))
@example('{"a": -0}')
@example('{"a": 123456789012345678901234567890}')
@example('{"a": 1.0, "b": 1e5, "a": 2}')
@example('{"a": "\\ud800"}')
@example("[" * 900 + "]" * 900)
@example('{"a": NaN}')
def test_the_fast_way_and_the_plain_way_agree(text: str) -> None:
    """Attributes are compacted to the same text by orjson and by the standard library, or refused by both."""
    assert read(text) == plainly(text)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_no_depth_is_too_much(opening: str, closing: str) -> None:
    """However deeply attributes are nested, they are taken up to 500 levels and refused beyond."""
    desk = Desk().routed(worker=False)
    statuses = set[int]()
    for depth in (1, 100, *range(245, 265), *range(340, 360), *range(480, 1100, 7)):
        text = '{"a":' + opening * (depth - 1) + "0" + closing * (depth - 1) + "}"
        if len(text) <= 4096:
            heard = desk.post("/Tasks", Attributes=text)
            assert heard.status == (201 if depth <= 500 else 400), depth
            statuses.add(heard.status)
    assert statuses == {201, 400}
    deepest = '{"a":' + "[" * 500 + "]" * 500 + "}"
    assert desk.post("/Tasks", Attributes=deepest).refusal[2] == "Attributes is nested too deeply"


def test_a_configuration_of_any_depth_is_answered() -> None:
    """A configuration that is nested too deeply to be read is refused, by the emulator and by the engine."""
    desk, centre = Desk(), Centre()
    for depth in (300, 600, 2_000, 100_000):
        text = '{"task_routing":' + "[" * depth + "]" * depth + "}"
        assert centre.refusal(commands.CreateWorkflow, friendly_name="Deep", configuration=text)[:2] == (400, 20001)
        assert desk.post("/Workflows", FriendlyName="Deep", Configuration=text).refusal[:2] == (400, 20001)
