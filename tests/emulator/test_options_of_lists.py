"""Options that show in what lists and statistics answer, in both settings."""

from __future__ import annotations

from emulator.asking import Desk
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import EngineOptions


def test_attributes_in_lists() -> None:
    """Lists show attributes, as recorded, or null, as documented; a single task or worker always shows them."""
    # Documented: resources.md section 9; attributes in lists documented as null
    # Documented: resources.md section 4; docs claim attributes is null in list responses
    for shown in (True, False):
        desk = Desk(options=EngineOptions(attributes_in_lists=shown)).routed()
        task = desk.make("/Tasks", Attributes='{"a":1}')
        assert task["attributes"] == desk.get(f"/Tasks/{task['sid']}").json["attributes"] == '{"a":1}'
        assert desk.get(f"/Workers/{desk.worker}").json["attributes"] == "{}"
        assert desk.list("/Tasks", "tasks")[0]["attributes"] == ('{"a":1}' if shown else None)
        assert desk.list("/Workers", "workers")[0]["attributes"] == ("{}" if shown else None)


def test_most_workers_with_statistics() -> None:
    """A workspace with more workers than that has no statistics of workers; its queues have theirs."""
    # Documented: limits-errors-gotchas.md section 2; not for Workspaces with more than 100 Workers (default)
    assert EngineOptions().most_workers_with_statistics == 100
    desk = Desk(options=EngineOptions(most_workers_with_statistics=2)).routed()
    desk.make("/Workers", FriendlyName="Bob")
    paths = [f"/Workers/{kind}" for kind in ("Statistics", "RealTimeStatistics", "CumulativeStatistics")]
    paths.append(f"/Workers/{desk.worker}/Statistics")
    assert [desk.get(path).status for path in paths] == [200] * 4
    desk.make("/Workers", FriendlyName="Cid")
    refusal = (400, 20001, "Worker statistics are not available in a workspace with more than 2 workers")
    assert [desk.get(path).refusal for path in paths] == [refusal] * 4
    assert desk.get(f"/TaskQueues/{desk.queue}/Statistics").status == 200


def test_semantics_of_list_filters() -> None:
    """Expressions and attributes in the filters of lists are read as queues and workflows read them."""
    # Inferred: expressions.md section 6; numeric strings
    for coerces in (True, False):
        desk = Desk(options=EngineOptions(semantics=Semantics(numeric_strings=coerces))).routed()
        desk.make("/TaskQueues", FriendlyName="Five", TargetWorkers="level == 5")
        desk.make("/Workers", FriendlyName="Bob", Attributes='{"level":"5"}')
        desk.make("/Tasks", Attributes='{"level":"5"}')
        found = [
            desk.list("/Workers", "workers", TargetWorkersExpression="level == 5"),
            desk.list("/Workers", "workers", TaskQueueName="Five"),
            desk.list("/Tasks", "tasks", EvaluateTaskAttributes="level == 5"),
            desk.list("/TaskQueues", "task_queues", FriendlyName="Five", EvaluateWorkerAttributes='{"level":"5"}'),
        ]
        assert [len(each) for each in found] == [int(coerces)] * 4


def test_a_new_expression_begins_the_statistics_of_a_queue_anew() -> None:
    """What the workers of a queue did before its expression changed is not counted for the queue any more."""
    # Documented: resources.md section 7; updating TargetWorkers resets the queue's Worker statistics
    # Documented: workflows.md section 7; Worker statistics of the queue are reset
    desk = Desk().routed()
    desk.backend.advance(60)
    desk.accepted()
    desk.backend.advance(60)

    def counted(**query: str) -> tuple[int, int]:
        found = desk.get("/Workers/Statistics", **query).json["cumulative"]
        available = next(each for each in found["activity_durations"] if each["friendly_name"] == "Available")
        return found["reservations_accepted"], available["total"]

    by_queue = {"TaskQueueSid": desk.queue}
    assert counted(**by_queue) == counted() == (1, 120)
    desk.post(f"/TaskQueues/{desk.queue}", FriendlyName="Everybody")
    assert counted(**by_queue) == (1, 120), "another name is no other expression"
    desk.post(f"/TaskQueues/{desk.queue}", TargetWorkers="1 == 1 OR 1 == 2")
    desk.backend.advance(30)
    assert counted(**by_queue) == counted(TaskQueueName="Everybody") == (0, 30)
    assert counted() == (1, 150)
    other = desk.make("/TaskQueues", FriendlyName="Other")["sid"]
    assert counted(TaskQueueSid=other) == (1, 150), "of other queues nothing is forgotten"
