"""The trace of a task: what it says, word for word."""

from __future__ import annotations

import json

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import Engine, TaskState, TraceEntry, trace_of, trace_text
from taskrouter_kit.simulator import _commands as commands

#: What happened to a Spanish customer of level 2, from 09:00 on.
WAY = """\
2026-01-05T09:00:00Z  task.pending            created on the channel default
2026-01-05T09:00:00Z  timer.armed             time to live at 2026-01-06T09:00:00Z
2026-01-05T09:00:00Z  workflow.entered        Support
2026-01-05T09:00:00Z  filter.not-matched      VIP: vip == true is false (vip is absent)
2026-01-05T09:00:00Z  filter.matched          Spanish: language == "es" is true (language is "es"); level > 1 is true (level is 2)
2026-01-05T09:00:00Z  queue.entered           Spanish
2026-01-05T09:00:00Z  target.entered          target 1 of Spanish: queue Spanish, priority 0, expression worker.level >= task.level, order by worker.level DESC, at most 40 s
2026-01-05T09:00:00Z  nobody                  Ann does not match: worker.level >= task.level is false (worker.level is 1, task.level is 2)
                                              Bob is in the unavailable activity Offline
                                              Cid has no capacity left on the channel default (1 of 1 in use)
                                              Eve has closed its channel default
                                              Dan is not in the queue Spanish: languages HAS "es" is false (languages is ["en"])
2026-01-05T09:00:00Z  timer.armed             target timeout at 2026-01-05T09:00:40Z
2026-01-05T09:00:08Z  workers.able            Bob
                                              Ann does not match: worker.level >= task.level is false (worker.level is 1, task.level is 2)
                                              Cid has no capacity left on the channel default (1 of 1 in use)
                                              Eve has closed its channel default
                                              Dan is not in the queue Spanish: languages HAS "es" is false (languages is ["en"])
2026-01-05T09:00:08Z  task.reserved
2026-01-05T09:00:08Z  reservation.created     Bob
2026-01-05T09:00:08Z  timer.armed             reservation timeout at 2026-01-05T09:00:38Z
2026-01-05T09:00:38Z  timer.fired             reservation timeout
2026-01-05T09:00:38Z  reservation.timeout     Bob, who goes to Offline
2026-01-05T09:00:38Z  task.pending            no reservation is left
2026-01-05T09:00:38Z  nobody                  Ann does not match: worker.level >= task.level is false (worker.level is 1, task.level is 2)
                                              Bob is in the unavailable activity Offline
                                              Cid has no capacity left on the channel default (1 of 1 in use)
                                              Eve has closed its channel default
                                              Dan is not in the queue Spanish: languages HAS "es" is false (languages is ["en"])
2026-01-05T09:00:40Z  timer.fired             target timeout
2026-01-05T09:00:40Z  target.timeout          target 1 of Spanish
2026-01-05T09:00:40Z  queue.entered           Everybody
2026-01-05T09:00:40Z  target.entered          target 2 of Spanish: queue Everybody, priority 5, skip if workers.available == 0, at most 60 s
2026-01-05T09:00:40Z  workers.able            Ann, Dan (longest idle first); 1 of 2 asked
                                              Bob is in the unavailable activity Offline
                                              Cid has no capacity left on the channel default (1 of 1 in use)
                                              Eve has closed its channel default
2026-01-05T09:00:40Z  task.reserved
2026-01-05T09:00:40Z  reservation.created     Ann
2026-01-05T09:00:40Z  timer.armed             reservation timeout at 2026-01-05T09:01:10Z
2026-01-05T09:00:40Z  timer.armed             target timeout at 2026-01-05T09:01:40Z
2026-01-05T09:00:40.500Z  reservation.rejected    Ann
2026-01-05T09:00:40.500Z  task.pending            no reservation is left
2026-01-05T09:00:40.500Z  workers.able            Dan
                                                  Ann let a reservation of this task end; others are asked first
                                                  Bob is in the unavailable activity Offline
                                                  Cid has no capacity left on the channel default (1 of 1 in use)
                                                  Eve has closed its channel default
2026-01-05T09:00:40.500Z  task.reserved
2026-01-05T09:00:40.500Z  reservation.created     Dan
2026-01-05T09:00:40.500Z  timer.armed             reservation timeout at 2026-01-05T09:01:10.500Z
2026-01-05T09:01:00.500Z  task.assigned           accepted by Dan
2026-01-05T09:01:00.500Z  timer.armed             removal at 2026-01-06T09:01:00.500Z
2026-01-05T09:01:00.500Z  reservation.accepted    Dan
2026-01-05T09:05:00.500Z  task.wrapping
2026-01-05T09:05:00.500Z  reservation.wrapping    Dan
2026-01-05T09:06:00.500Z  task.completed          done
2026-01-05T09:06:00.500Z  timer.armed             removal at 2026-01-05T09:11:00.500Z
2026-01-05T09:06:00.500Z  reservation.completed   Dan
"""  # noqa: E501  # the lines of a trace are as long as what they say


def played() -> tuple[Centre, TaskState]:
    """Return a centre, and a task that nobody can take, that times out, is rejected, taken and completed."""
    centre = Centre(engine=Engine(7, start=1_767_603_600_000))
    spanish = centre.queue("Spanish", 'languages HAS "es"', max_reserved_workers=2)
    everybody = centre.queue("Everybody")
    centre.workflow(
        when("vip == true", to(everybody), filter_friendly_name="VIP"),
        when(
            'language == "es" AND level > 1',
            to(spanish, timeout=40, expression="worker.level >= task.level", order_by="worker.level DESC"),
            to(everybody, priority=5, skip_if="workers.available == 0", timeout=60),
            filter_friendly_name="Spanish",
        ),
        default=everybody,
        seconds=30,
        name="Support",
    )
    ann = centre.worker("Ann", languages=["es"], level=1)
    bob = centre.worker("Bob", "Offline", languages=["es"], level=3)
    centre.worker("Cid", languages=["es"], level=2)
    dan = centre.worker("Dan", languages=["en"])
    centre.set_channel(centre.worker("Eve", languages=["es"], level=9), "default", available=False)
    centre.accept(centre.task(language="es", level=2))
    task = centre.task(language="es", level=2)
    centre.wait(8)
    centre.move(bob, "Available")
    centre.wait(32.5)
    centre.reject(task, ann)
    centre.wait(20)
    centre.accept(task, dan)
    centre.wait(240)
    centre.end(task, "wrapping")
    centre.wait(60)
    centre.end(task)
    return centre, task


def test_the_whole_text() -> None:
    """Filters with their deciding terms, targets, each worker's reason, outcomes, timers: in the order of time."""
    centre, task = played()
    assert trace_text(centre.workspace, task.sid) == WAY


def test_the_same_as_data() -> None:
    """Every step is a record: changes of state with from and to, refusals with a reason for programs."""
    centre, task = played()
    steps = trace_of(centre.workspace, task.sid)
    moved = [step.data["to"] for step in steps if step.what.startswith("task.")]
    assert moved == ["pending", "reserved", "pending", "reserved", "pending", "reserved", "assigned", "wrapping",
                     "completed"]  # fmt: skip
    nobody = next(step for step in steps if step.what == "nobody")
    assert [(each["worker_name"], each["reason"]) for each in nobody.data["refusals"]] == [
        ("Ann", "expression"),
        ("Bob", "activity"),
        ("Cid", "capacity"),
        ("Eve", "channel"),
        ("Dan", "queue"),
    ]
    tried = next(step for step in steps if step.what == "filter.not-matched")
    assert tried.to_dict() == {
        "at": 1_767_603_600_000,
        "what": "filter.not-matched",
        "why": "VIP: vip == true is false (vip is absent)",
        "data": {"filter": "VIP", "expression": "vip == true", "deciding": "vip == true is false (vip is absent)"},
    }
    assert [TraceEntry.from_dict(json.loads(json.dumps(step.to_dict()))) for step in steps] == list(steps)


def test_reading_late_reads_the_same() -> None:
    """What a step says was true at its moment, however much changed until somebody reads it."""
    early, late = played(), played()
    texts = [trace_text(early[0].workspace, early[1].sid)]
    for worker in list(late[0].workspace.workers.values()):
        late[0].describe(worker, languages=["fr"], level=100)
        late[0].move(worker, "Unavailable")
    late[0].update(late[1], attributes={"language": "fr"})
    texts.append(trace_text(late[0].workspace, late[1].sid))
    assert texts == [WAY, WAY]


def test_skips_expiry_and_nowhere_to_go() -> None:
    """Skipped and expired targets, re-evaluation and the end of the workflow say so."""
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(
        when("kind == 1", to(first, timeout=10), to(second, skip_if="workers.available == 0")),
        when("kind == 2", to(second, timeout=5), to(timeout=20)),
    )
    task = centre.task(kind=1)
    centre.wait(10)
    found = [(step.what, step.why) for step in trace_of(centre.workspace, task.sid)][-7:]
    assert found == [
        ("target.entered", "target 2 of filter 1: queue Second, priority 0, skip if workers.available == 0"),
        ("nobody", "there are no workers"),
        ("target.skipped", "workers.available == 0 (Second has 0 available, 0 unavailable)"),
        ("filter.not-matched", "filter 2: kind == 2 is false (kind is 1)"),
        ("filter.none", "no filter matched, and there is no default filter for it"),
        ("task.canceled", "Task canceled on Workflow timeout"),
        ("timer.armed", "removal at 1970-01-01T00:05:10Z"),
    ]
    other = centre.task(kind=2)
    centre.wait(2)
    centre.update(other, attributes={"kind": 2, "more": 1})
    assert "Main, because its attributes changed" in {step.why for step in trace_of(centre.workspace, other.sid)}


def said(centre: Centre, task: TaskState, *kinds: str) -> list[str]:
    """Return the steps of these kinds, as lines."""
    return [f"{step.what} {step.why}" for step in trace_of(centre.workspace, task.sid) if step.what in kinds]


def test_what_the_author_did_not_mean() -> None:
    """HAS beside a text, and a name without a prefix in a target, are pointed out."""
    centre = Centre()
    queue = centre.queue("Billing", 'department HAS "billing"')
    centre.workflow(when("kind == 1", to(queue)), default={"queue": centre.queue("All").sid, "expression": "level > 2"})
    centre.worker("Ann", department="billing", level=3)
    assert said(centre, centre.task(kind=1), "nobody") == [
        'nobody Ann is not in the queue Billing: department HAS "billing" is false (department is "billing"; '
        "'department' is a text; HAS looks inside an array and is false without one)"
    ]
    assert said(centre, centre.task(), "nobody") == [
        "nobody Ann does not match: level > 2 is false (level is absent; "
        "'level' has no prefix and reads nothing here; write worker. or task. before it)"
    ]


def test_the_end_of_a_workflow() -> None:
    """The trace says which target was the last one, and that a default filter is no catch-all."""
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("kind == 1", to(queue, timeout=5), filter_friendly_name="One"), default=queue)
    task = centre.task(kind=1)
    centre.wait(5)
    assert said(centre, task, "target.timeout", "workflow.timeout", "task.canceled") == [
        "target.timeout target 1 of One",
        "workflow.timeout target 1 of One was the last one; the default filter is for tasks that no filter matches",
        "task.canceled Task canceled on Workflow timeout",
    ]
    centre = Centre()
    centre.workflow(when("kind == 1", to(centre.queue("All"), timeout=5)))
    task = centre.task(kind=1)
    centre.wait(5)
    assert said(centre, task, "workflow.timeout") == ["workflow.timeout target 1 of filter 1 was the last one"]


def test_why_a_reservation_ended() -> None:
    """Each end of a reservation says why, where somebody else decided it."""
    centre = Centre()
    centre.workflow(default=centre.queue("All", max_reserved_workers=2), seconds=30)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.accept(task, bob)
    assert said(centre, task, "reservation.rescinded") == ["reservation.rescinded Ann, because Bob was first"]
    task = centre.task()
    centre.move(ann, "Offline", reject_pending_reservations=True)
    assert said(centre, task, "reservation.rejected") == ["reservation.rejected Ann, who goes to Offline"]
    centre.move(ann, "Available")
    centre.wait(1)
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    assert said(centre, task, "reservation.canceled") == [
        "reservation.canceled Ann, because neither the callback nor its fallback answered"
    ]


def test_what_the_debugger_would_have() -> None:
    """A known worker who is not known, and a call that comes to nothing, are noted as the service would note them."""
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("kind == 1", to(queue, known_worker_sid="task.agent")), default=queue)
    task = centre.task(kind=1, agent="Ann")
    assert said(centre, task, "debugger") == ["debugger 40154: The known worker is missing, invalid or unknown"]
    centre.do(commands.PlanCall, outcome="busy")
    centre.worker("Ann", contact_uri="client:ann")
    task = centre.task(call_sid="CA1")
    centre.do(commands.Instruct, reservation_sid=centre.reservation(task).sid, instruction="dequeue", options={})
    assert said(centre, task, "debugger", "reservation.canceled") == [
        "debugger 40133: The call of dequeue came to nothing: busy",
        "reservation.canceled Ann, because its call came to nothing",
    ]


def test_tasks_that_ask_no_filter() -> None:
    """A task that was made for a worker or a queue says for which."""
    centre = Centre()
    centre.workflow(default={"queue": centre.queue("All").sid, "order_by": "worker.level DESC"})
    ann = centre.worker("Ann", level=1)
    for target, name in ((ann.sid, "Ann"), (next(iter(centre.workspace.task_queues)), "All")):
        task = centre.task(routing_target=target)
        assert said(centre, task, "routing-target", "workflow.entered") == [
            f"routing-target for {name}; no filter is asked"
        ]


def test_who_stands_before_whom() -> None:
    """Where several are able the step says by what they are ordered."""
    centre = Centre()
    centre.workflow(default={"queue": centre.queue("All").sid, "order_by": "worker.level DESC"})
    centre.worker("Ann", level=1), centre.worker("Bob", level=2)
    assert said(centre, centre.task(), "workers.able") == [
        "workers.able Bob, Ann (by worker.level DESC, then longest idle first); 1 of 2 asked"
    ]


def test_an_offer_that_ended_is_told_once() -> None:
    """Whoever declined is not said twice in the same moment to be asked last."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    assert said(centre, task, "nobody") == ["nobody Ann let a reservation of this task end; others are asked first"]


def test_a_large_team_is_named_in_part() -> None:
    """Ten workers are named with their reasons; of the others the number."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    for number in range(13):
        centre.worker(f"W{number}", "Offline")
    *_, nobody = trace_of(centre.workspace, centre.task().sid)
    lines = nobody.why.split("\n")
    assert (nobody.what, len(lines), lines[9], lines[10]) == (
        "nobody",
        11,
        "W9 is in the unavailable activity Offline",
        "and 3 more cannot",
    )


def test_known_workers_and_routing_targets() -> None:
    """Who is asked only for being known, or only for being the target, says so of all others."""
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), known_worker_sid="task.agent")))
    ann = centre.worker("Ann")
    for task, reason in (
        (centre.task(agent="WK1"), 'Ann is not the known worker (task.agent is "WK1")'),
        (centre.task(routing_target=centre.worker("Bob").sid, ignore_capacity=False), None),
        (centre.task(routing_target=ann.sid, ignore_capacity=False), None),
        (
            centre.task(routing_target=ann.sid, ignore_capacity=False),
            "Ann has no capacity left on the channel default (1 of 1 in use)",
        ),
    ):
        lines = {line for step in trace_of(centre.workspace, task.sid) for line in step.why.split("\n")}
        assert reason is None or reason in lines
        assert task.routing_target is None or any("is not the worker that the task is for" in each for each in lines)
