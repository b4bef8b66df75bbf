"""Payloads become resources: whole, frozen, and with an error that names what is wrong."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timezone
from typing import Any

import attrs
import pytest

from taskrouter_kit import errors
from taskrouter_kit.models import _resources as resources
from taskrouter_kit.models import _statistics as statistics
from taskrouter_kit.models._base import Meta, Resource
from taskrouter_kit.models._reading import decode, decode_all
from wire_fakes import WHEN, base, queue, task, worker

NINE = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
CLASSES = [
    each
    for module in (resources, statistics)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Resource) and each.__module__ == module.__name__
]


def one(**more: Any) -> resources.WorkerResource[Any]:
    return decode_all(resources.WorkerResource, [worker(**more)])[0]


def test_a_list_is_read_like_its_items():
    """The function for lists and the one for a single answer agree, and the objects are of the very class."""
    payloads: list[Any] = [worker(n, f"Agent {n}") for n in range(3)]
    walked = decode_all(resources.WorkerResource, payloads)
    assert walked == [decode(resources.WorkerResource, each) for each in payloads]
    assert {type(each) for each in walked} == {resources.WorkerResource}
    assert decode_all(resources.WorkerResource, []) == []


def test_they_are_frozen_and_no_other_way_around():
    """Neither a field, nor a new name, nor a deletion; also not for a point in time that was not read yet."""
    found = one()
    for name in ("friendly_name", "date_created", "other"):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(found, name, "x")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(found, "friendly_name")
    with pytest.raises(AttributeError, match=r"^'WorkerResource' object has no attribute 'frendly_name'$"):
        found.frendly_name  # type: ignore[attr-defined]


def test_points_in_time_are_read_when_asked_for():
    """Aware, in UTC, whatever the offset; null where null is allowed."""
    found = one(date_updated="2026-01-05T11:00:00+02:00", date_status_changed=None)
    assert (found.date_created, found.date_updated, found.date_status_changed) == (NINE, NINE, None)
    assert found.date_created is found.date_created
    assert found.date_updated.tzinfo is timezone.utc


def pickled(each: Any) -> Any:
    return pickle.loads(pickle.dumps(each))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copies_are_equal(copied: Any):
    """Before and after the points in time were read."""
    fresh, used = one(), one()
    assert used.date_created == NINE
    assert copied(fresh) == fresh == copied(used) == used
    assert copied(one()).date_created == NINE


def test_a_representation_is_whole_and_says_nothing_about_people():
    """Points in time are in it, attributes are not."""
    shown = repr(one(attributes='{"phone":"+15005550006"}'))
    assert "date_created=datetime.datetime(2026, 1, 5, 9, 0" in shown
    assert "15005550006" not in shown


def refused(cls: Any, *payloads: Any) -> str:
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        decode_all(cls, list(payloads))
    return caught.value.diagnostics[0].message


def test_an_item_of_another_shape_is_named():
    """What is missing, or what cannot be read, and never its value."""
    short = {key: value for key, value in worker().items() if key not in {"friendly_name", "date_created"}}
    cls = resources.WorkerResource
    assert refused(cls, worker(), short) == "The answer is no WorkerResource: it lacks friendly_name, date_created."
    assert refused(cls, worker(), None) == "The answer is no WorkerResource: expected an object, got a NoneType."
    assert refused(cls, "sid", worker()) == "The answer is no WorkerResource: expected an object, got a str."
    assert (
        refused(cls, worker(date_created=None))
        == "The answer is no WorkerResource: TypeError while reading date_created."
    )
    assert refused(cls, worker(date_status_changed=5)) == (
        "The answer is no WorkerResource: TypeError while reading date_status_changed."
    )
    assert refused(resources.TaskQueueResource, queue(task_order=["FIFO"])) == (
        "The answer is no TaskQueueResource: TypeError while reading task_order."
    )


def test_a_text_that_is_no_point_in_time_is_named_where_it_is_read():
    """At once in an answer with one item; in a list when that item is asked for it."""
    says = r"The answer is no WorkerResource: ValueError while reading date_created\."
    with pytest.raises(errors.UnexpectedAnswer, match=says):
        decode(resources.WorkerResource, worker(date_created="yesterday"))
    listed = one(date_created="yesterday")
    assert listed.friendly_name == "Alice"
    with pytest.raises(errors.UnexpectedAnswer, match=says):
        listed.date_created


def test_values_of_enums_that_are_added_later_are_kept():
    """Known ones are the members themselves."""
    known, later = decode_all(resources.TaskResource, [task(), task(status="parked")])
    assert known.assignment_status is resources.TaskStatus.PENDING
    assert (later.assignment_status, str(later.assignment_status)) == ("parked", "parked")
    assert isinstance(later.assignment_status, resources.TaskStatus)


def test_what_came_with_it_is_kept():
    """The payload itself, its unknown fields, and the answer's status and headers."""
    payload = worker(mood="good")
    found = decode(resources.WorkerResource, payload, Meta(200, {"Etag": "3"}))
    assert found.raw is payload
    assert found.extra == {"mood": "good"}
    assert found.meta is not None
    assert found.meta.etag == "3"


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_reading_skips_nothing_that_a_constructor_would_do(cls: type[Resource]):
    """Fields are put in place as they are: no class has a converter, a validator or a hook, and all have slots."""
    assert all(each.converter is None and each.validator is None for each in attrs.fields(cls))
    assert not any(hasattr(cls, name) for name in ("__attrs_post_init__", "__attrs_pre_init__"))
    assert "__slots__" in vars(cls)
    assert all(each.default is not attrs.NOTHING for each in attrs.fields(cls) if not each.metadata.get("wire", True))


def test_there_are_resources_to_look_at():
    """The rule above is about all of them."""
    assert len(CLASSES) >= 15
    assert base("WK", 1)["date_created"] == WHEN
