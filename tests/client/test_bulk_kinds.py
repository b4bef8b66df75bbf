"""Bulk work on every collection, against the emulator: whatever request it dies at, nothing is left out or doubled."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import Activity, Diagnostic, TaskChannel, TaskQueue, Worker, Workflow, every_worker, parse
from taskrouter_kit.client import AsyncSdkSender, AsyncService, BulkOptions, Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.errors import LoadError, ServiceUnavailable

ON = Activity("On duty", available=True)
QUEUES = [TaskQueue(f"Queue {n}", every_worker()) for n in range(3)]
DECLARED: dict[str, list[Any]] = {
    "activities": [Activity(f"Activity {n}", available=n % 2 == 0) for n in range(3)],
    "task_channels": [TaskChannel(f"channel{n}", f"Channel {n}") for n in range(3)],
    "task_queues": QUEUES,
    "workflows": [Workflow(f"Workflow {n}", default=QUEUES[n]) for n in range(3)],
    "workers": [Worker(f"Worker {n}", {"n": n}, activity=ON, capacity={"voice": n + 1}) for n in range(3)],
}
CHANGES: dict[str, dict[str, Any]] = {
    "activities": {"friendly_name": "Renamed"},
    "task_channels": {"friendly_name": "Renamed"},
    "task_queues": {"max_reserved_workers": 7},
    "workflows": {"task_reservation_timeout": 77},
    "workers": {"attributes": {"n": 77}, "activity": "On duty"},
    "tasks": {"priority": 7},
}


class Killed(BaseException):
    """The process died."""


class Center:
    """An emulated account that outlives the clients in front of it, and can kill them at a request."""

    def __init__(self) -> None:
        from taskrouter_kit.emulator import Backend, VirtualClock

        self.backend = Backend(clock=VirtualClock())
        self.asked: list[str] = []
        self.die: tuple[int, str] | None = None
        self.lose: set[int] = set()
        self.live().workspaces.create("Support")
        self.workspace().activities.create("On duty", available=True)

    def sdk(self, asynchronous: bool = False) -> Any:
        from twilio.rest import Client

        from taskrouter_kit.emulator import AsyncInProcessHttpClient, InProcessHttpClient

        face = AsyncInProcessHttpClient if asynchronous else InProcessHttpClient
        return Client("AC" + "0" * 32, "t", environment={"_": ""}, http_client=face(self.backend))

    def live(self) -> Service:
        send = SdkSender(self.sdk())

        def sending(exchange: Exchange[Any]) -> Reply:
            self.asked.append(exchange.operation)
            number = len(self.asked)
            if self.die == (number, "before"):
                raise Killed
            reply = send(exchange)
            if self.die == (number, "after"):
                raise Killed
            if number in self.lose:
                raise ServiceUnavailable(Diagnostic("service-unavailable", "lost"))
            return reply

        return Service(sending, RetryPolicy(sleep=lambda _: None, random=lambda: 0.5, limits=Limits.off()))

    def workspace(self) -> Any:
        return self.live().workspace("Support")

    def names(self, collection: str) -> list[str]:
        return sorted(str(each.raw.get("friendly_name")) for each in getattr(self.workspace(), collection).list())


def furnished(collection: str) -> Center:
    center = Center()
    if collection in {"workflows", "tasks"}:
        center.workspace().task_queues.create_many(QUEUES)
    if collection == "tasks":
        center.workspace().workflows.create_many(DECLARED["workflows"])
    center.asked.clear()
    return center


def killed_at(center: Center, number: int, moment: str, run: Callable[[BulkOptions], Any], journal: Path) -> bool:
    """Kill *run* at request *number*, then run it again to its end; return whether it lived that long."""
    options = BulkOptions(most=1, journal=journal)
    center.asked.clear()
    center.die = (number, moment)
    try:
        run(options)
    except Killed:
        center.die = None
        results = run(options)
        assert {each.ending for each in results} <= {"done", "before"}, results
        return True
    finally:
        center.die = None
    return False


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("verb", ["create_many", "upsert_many"])
@pytest.mark.parametrize("collection", DECLARED)
def test_killed_at_any_request_and_started_again_everything_is_there_once(
    collection: str, verb: str, moment: str, tmp_path: Path
):
    """Each request of the run in turn, before it was sent and after it was carried out."""
    number, before = 0, furnished(collection).names(collection)
    expected = sorted([*before, *(str(each.friendly_name) for each in DECLARED[collection])])
    alive = True
    while alive:
        number += 1
        center = furnished(collection)

        def run(options: BulkOptions, center: Center = center) -> Any:
            return getattr(getattr(center.workspace(), collection), verb)(DECLARED[collection], options)

        alive = killed_at(center, number, moment, run, tmp_path / f"journal {number}")
        assert center.names(collection) == expected, (number, moment)
        if collection == "workers":
            channels = [center.workspace().workers.channels(f"Worker {n}").fetch("voice") for n in range(3)]
            assert [each.configured_capacity for each in channels] == [1, 2, 3], (number, moment)
    assert number > 3


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("collection", [*DECLARED, "tasks"])
def test_killed_at_any_request_changes_and_deletions_are_made_all_the_same(
    collection: str, moment: str, tmp_path: Path
):
    """Three things are changed, then deleted, each run killed at each of its requests."""
    for number in range(1, 4):
        center = furnished(collection)
        live = center.workspace()
        if collection == "tasks":
            sids = [live.tasks.create({"n": n}, workflow="Workflow 0").sid for n in range(3)]
        else:
            sids = [each.value.sid for each in getattr(live, collection).create_many(DECLARED[collection])]
        there = getattr(live, collection)
        changes = CHANGES[collection]
        if collection == "activities":
            pairs: list[Any] = [(sid, {"friendly_name": f"Renamed {n}"}) for n, sid in enumerate(sids)]
        else:
            pairs = [(sid, changes) for sid in sids]
        assert killed_at(
            center, number, moment, lambda o, t=there, p=pairs: t.update_many(p, o), tmp_path / f"u{number}"
        )
        for sid in sids:
            raw = there.fetch(sid).raw
            for name, value in changes.items():
                if name in raw and isinstance(value, int):
                    assert raw[name] == value
        if collection == "workers":
            assert {each.attributes["n"] for each in there.list()} == {77}
            there.update_many([(sid, {"activity": "Offline"}) for sid in sids])
        assert killed_at(
            center, number, moment, lambda o, t=there, s=sids: t.delete_many(s, o), tmp_path / f"d{number}"
        )
        assert not set(sids) & {each.sid for each in there.list()}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_tasks_with_a_dedupe_attribute_are_all_there_once(moment: str, tmp_path: Path):
    """Those without one are reported as unknown at worst, and never made twice."""
    tasks = [{"order": f"A-{n}"} for n in range(3)]
    for number in range(1, 5):
        center = furnished("tasks")

        def run(options: BulkOptions, center: Center = center, dedupe: str | None = "order") -> Any:
            live = center.workspace()
            return live.tasks.create_many(tasks, workflow="Workflow 0", dedupe=dedupe, options=options)

        killed_at(center, number, moment, run, tmp_path / f"journal {number}")
        made = [each.attributes["order"] for each in center.workspace().tasks.list()]
        assert sorted(made) == ["A-0", "A-1", "A-2"], number

        bare = furnished("tasks")
        bare.die = (number, moment)
        options = BulkOptions(most=1, journal=tmp_path / f"bare {number}")
        with pytest.raises(Killed):
            run(options, bare, None)
        bare.die = None
        endings = [each.ending for each in run(options, bare, None)]
        there = [each.attributes["order"] for each in bare.workspace().tasks.list()]
        assert len(there) == len(set(there))
        assert endings.count("unknown") <= 1
        assert len(there) >= 3 - endings.count("unknown")


def test_lost_answers_double_nothing_in_any_collection():
    """Every second answer is lost on its way."""
    for collection, declared in DECLARED.items():
        center = furnished(collection)
        before = center.names(collection)
        center.asked.clear()
        center.lose = set(range(2, 60, 3))
        results = getattr(center.workspace(), collection).upsert_many(declared, BulkOptions(most=1))
        center.lose = set()
        assert {each.ending for each in results} == {"done"}, collection
        assert center.names(collection) == sorted([*before, *(str(each.friendly_name) for each in declared)])


def test_upsert_brings_up_to_date_and_says_what_cannot_be():
    """A queue is changed, an equal one is only looked at; an activity's ``available`` is fixed for life."""
    center = furnished("task_queues")
    live = center.workspace()
    live.task_queues.create_many(QUEUES)
    center.asked.clear()
    results = live.task_queues.upsert_many([QUEUES[0], TaskQueue("Queue 1", every_worker(), max_reserved_workers=5)])
    assert [each.ending for each in results] == ["done", "done"]
    assert live.task_queues.fetch("Queue 1").max_reserved_workers == 5
    assert center.asked.count("UpdateTaskQueue") == 1
    (refused,) = live.activities.upsert_many([Activity("On duty", available=False)]).failed
    assert str(refused.error) == (
        "Activity 'On duty' has available=True, and the service never changes that. [activity-available-immutable]\n"
        "  at Activity 'On duty'"
    )


def test_what_cannot_be_changed_is_refused_before_it_is_sent():
    """The service would say yes and do nothing."""
    center = furnished("activities")
    results = center.workspace().activities.update_many([("On duty", {"available": False})])
    assert str(results.failed[0].error) == (
        "Activity has no change called available. [unknown-change]\n  at Activity\n  hint: it has friendly_name"
    )
    assert "UpdateActivity" not in center.asked


def test_what_flex_made_is_not_deleted_in_bulk():
    """There is no way to say it twice here."""
    center = Center()
    center.live().workspaces.create("Flex Task Assignment")
    flex = center.live().workspace("Flex Task Assignment")
    results = flex.activities.delete_many(["Offline", "Nobody knows it"])
    assert [each.ending for each in results] == ["failed", "done"]
    assert "Offline" in [each.friendly_name for each in flex.activities.list()]


def test_a_dry_run_sends_nothing_and_says_what_it_would_take(tmp_path: Path):
    """Calls at least, and seconds: those of queues at the pace that the service is known to take."""
    center = furnished("workers")
    live = center.workspace()
    journal = tmp_path / "journal"
    results = live.workers.create_many(DECLARED["workers"], BulkOptions(dry_run=True, journal=journal))
    assert [each.ending for each in results] == ["planned"] * 3
    assert results.estimate is not None
    assert (results.estimate.items, results.estimate.calls) == (3, 6)
    assert results.estimate.seconds == pytest.approx(6 * 0.1 / 40)
    queues = live.task_queues.upsert_many(QUEUES, BulkOptions(dry_run=True)).estimate
    assert queues is not None
    assert (queues.calls, queues.seconds) == (6, 3.0)
    assert center.asked == []
    assert not journal.exists()
    live.workers.create_many(DECLARED["workers"][:2], BulkOptions(journal=journal))
    left = live.workers.create_many(DECLARED["workers"], BulkOptions(dry_run=True, journal=journal))
    assert [each.ending for each in left] == ["before", "before", "planned"]
    assert left.estimate is not None
    assert left.estimate.items == 1


def test_a_journal_serves_one_kind_of_work_in_one_workspace(tmp_path: Path):
    """What one workspace has is not done in another, and what was created is not deleted."""
    center = furnished("workers")
    center.live().workspaces.create("Other")
    options = BulkOptions(journal=tmp_path / "journal")
    center.workspace().workers.create_many(DECLARED["workers"][:1], options)
    for other in (
        lambda: center.live().workspace("Other").workers.create_many(DECLARED["workers"], options),
        lambda: center.workspace().workers.delete_many(["Worker 0"], options),
    ):
        with pytest.raises(LoadError) as refused:
            other()
        assert refused.value.diagnostics[0].rule == "other-journal"
    assert json.loads((tmp_path / "journal").read_text("utf-8").splitlines()[0]) == [
        "work",
        "create Workers of Support",
    ]
    assert center.names("workers") == ["Worker 0"]


def test_the_asynchronous_face_does_the_same():
    """Create, bring up to date, change, delete; each collection by its own name."""
    center = furnished("workers")

    async def run() -> list[str]:
        sender = AsyncSdkSender(center.sdk(asynchronous=True))
        live = AsyncService(sender, RetryPolicy(limits=Limits.off())).workspace("Support")
        endings: list[str] = []
        for name in ("task_queues", "workers"):
            collection: Any = getattr(live, name)
            for work in (
                collection.create_many(DECLARED[name]),
                collection.upsert_many(DECLARED[name]),
                collection.update_many(
                    [(each.friendly_name, {"friendly_name": each.friendly_name}) for each in DECLARED[name]]
                ),
            ):
                endings += [each.ending for each in await work]
        await live.workers.update_many([("Worker 0", {"activity": "Offline"})])
        endings += [each.ending for each in await live.workers.delete_many(["Worker 0"])]
        return endings

    assert set(asyncio.run(run())) == {"done"}
    assert center.names("workers") == ["Worker 1", "Worker 2"]


def test_upsert_sees_a_change_of_case():
    """Expressions and URLs are compared to the letter, JSON by content."""
    center = furnished("workflows")
    live = center.workspace()
    live.task_queues.create("Skilled", target_workers='skills HAS "billing"')
    queue = TaskQueue("Skilled", parse('skills HAS "Billing"', place="target_workers"))
    live.task_queues.upsert_many([queue])
    assert live.task_queues.fetch("Skilled").target_workers == 'skills HAS "Billing"'
    for url in ("https://example.com/a", "https://example.com/A"):
        live.workflows.upsert_many([Workflow("Routed", default=QUEUES[0], assignment_callback_url=url)])
        assert live.workflows.fetch("Routed").assignment_callback_url == url


def test_names_that_differ_in_case_are_two_activities(tmp_path: Path):
    """Only workers' names are compared without case: the journal keeps apart what the service does."""
    center = furnished("activities")
    options = BulkOptions(most=1, journal=tmp_path / "journal")
    center.die = (3, "before")  # the workspace is looked up, one is created
    both = [Activity("Lunch", available=False), Activity("lunch", available=False)]
    with pytest.raises(Killed):
        center.workspace().activities.create_many(both, options)
    center.die = None
    center.workspace().activities.create_many(both, options)
    assert {"Lunch", "lunch"} <= set(center.names("activities"))
