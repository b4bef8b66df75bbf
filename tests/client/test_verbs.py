from datetime import timedelta

import pytest

from taskrouter_kit import Attr, TaskAttributes
from taskrouter_kit.client import append_to, deep_merge, merge_patch, replace_keys, worker_access_token
from taskrouter_kit.client._exchange import Reply
from taskrouter_kit.client._failures import failure
from taskrouter_kit.client._hints import HINTS
from taskrouter_kit.errors import DeadlinePassed, InvalidDeclaration, NotFound, ServiceError, ServiceUnavailable
from wire_fakes import ACCOUNT, WHEN, WORKSPACE, Script, answer, page, refusal, sid, task

TASK = sid("WT", 1)


def test_waiting_reads_until_the_status_is_there():
    """Between two reads it sleeps as the policy says; the clock is not asked."""
    script = Script(answer(200, task()), answer(200, task()), answer(200, task(status="assigned")))
    found = script.client().workspace(WORKSPACE).tasks.wait_until(TASK, "assigned", deadline=10, every=2)
    assert found is not None
    assert (found.assignment_status, script.slept) == ("assigned", [2, 2])


def test_a_deadline_ends_the_waiting():
    """The error says what the task is instead."""
    script = Script(*[answer(200, task())] * 3)
    with pytest.raises(DeadlinePassed) as caught:
        script.client().workspace(WORKSPACE).tasks.wait_until(TASK, "assigned", deadline=timedelta(seconds=3), every=2)
    assert str(caught.value) == (
        f"The task is pending, not assigned, and the deadline has passed. [deadline-passed]\n  at Task {TASK}"
    )
    assert script.slept == [2, 1]


def test_a_task_that_is_gone_has_ended():
    """Five minutes after its end it answers 404."""
    script = Script(refusal(404, 20404))
    assert script.client().workspace(WORKSPACE).tasks.wait_until(TASK, "completed", deadline=1) is None
    with pytest.raises(NotFound):
        Script(refusal(404, 20404)).client().workspace(WORKSPACE).tasks.wait_until(TASK, "assigned", deadline=1)


def test_tasks_that_hang_are_found_by_the_services_own_clock():
    """A task assigned 5 hours ago is complete-able, one pending as long cancel-able, a fresh one neither."""
    old = {"age": 5 * 3600, "date_created": WHEN, "date_updated": WHEN}
    listed = page("tasks", [task(1, "assigned", **old), task(2, "pending", **old), task(3, "pending")])
    stuck = Script(listed).client().workspace(WORKSPACE).tasks.find_stuck_tasks()
    assert [(each.sid, each.repair) for each in stuck] == [(sid("WT", 1), "complete"), (sid("WT", 2), "cancel")]
    assert stuck[0].why == "assigned, unchanged for 5:00:00: its call or chat may have ended without the task"


def test_stuck_tasks_are_found_and_repaired_on_the_emulator():
    """Assigned ones are completed, waiting ones canceled; what moved since then, and what is gone, is left alone."""
    from twilio.rest import Client

    from taskrouter_kit.client import SdkSender, Service
    from taskrouter_kit.emulator import Backend, InProcessHttpClient, VirtualClock

    backend = Backend(clock=VirtualClock())
    http = InProcessHttpClient(backend)
    service = Service(SdkSender(Client(ACCOUNT, "t", environment={"_": ""}, http_client=http)))
    service.workspaces.create("Support")
    live = service.workspace("Support")
    queue = live.task_queues.create("All")
    routing = '{"task_routing": {"default_filter": {"queue": "' + queue.sid + '"}}}'
    live.workflows.create("Routing", configuration=routing, task_reservation_timeout=86_400)
    live.workers.create("Alice", {}, activity="Available")
    live.workers.channels("Alice").update("default", capacity=2)
    tasks = [live.tasks.create({"n": n}, workflow="Routing", timeout=timedelta(days=5)) for n in range(4)]
    assert live.tasks.find_stuck_tasks() == ()
    for task_ in tasks[:2]:
        live.tasks.reservations(task_).accept(live.tasks.reservations(task_).list().first())
    backend.advance(5 * 3600)
    fresh = live.tasks.create({}, workflow="Routing", timeout=timedelta(days=5))
    stuck = live.tasks.find_stuck_tasks()
    assert [(each.sid, each.repair) for each in stuck] == [
        (tasks[0].sid, "complete"),
        (tasks[1].sid, "complete"),
        (tasks[2].sid, "cancel"),
        (tasks[3].sid, "cancel"),
    ]
    live.workers.update("Alice", activity="Offline")
    live.tasks.update(tasks[1], priority=9)
    live.tasks.delete(tasks[3])
    results = live.tasks.repair_stuck_tasks(stuck)
    assert [None if each.value is None else str(each.value.assignment_status) for each in results] == [
        "completed",
        "assigned",
        "canceled",
        None,
    ]
    ended = live.tasks.fetch(tasks[0])
    assert (ended.assignment_status, ended.reason) == ("completed", "stuck")
    assert live.tasks.fetch(fresh).assignment_status in {"pending", "reserved"}
    assert [each.ending for each in live.tasks.repair_stuck_tasks(stuck)] == ["done"] * 4


def test_a_task_that_ended_and_is_gone_is_an_answer_but_a_workspace_that_is_not_there_is_an_error():
    """20404 on completing means done; a name that nothing has means a mistake."""
    for verb in ("complete", "cancel", "wrap_up", "finish"):
        script = Script(refusal(404, 20404))
        assert getattr(script.client().workspace(WORKSPACE).tasks, verb)(TASK) is None
        nowhere = Script(page("workspaces", []), page("workspaces", []))
        with pytest.raises(NotFound):
            getattr(nowhere.client().workspace("Nowhere").tasks, verb)(TASK)


def test_completing_a_completed_task_is_an_answer():
    """20001 and the task is where it should be."""
    script = Script(refusal(400, 20001), answer(200, task(status="completed")))
    done = script.client().workspace(WORKSPACE).tasks.complete(TASK)
    assert done.assignment_status == "completed"


def test_merges():
    """Replace keys, deep merge, JSON merge patch (its RFC's example), append to a list."""
    document = {"a": "b", "c": {"d": "e", "f": "g"}, "l": [1]}
    assert replace_keys({"c": 1})(document) == {"a": "b", "c": 1, "l": [1]}
    assert deep_merge({"c": {"d": None}})(document)["c"] == {"d": None, "f": "g"}
    assert merge_patch({"a": "z", "c": {"f": None}})(document) == {"a": "z", "c": {"d": "e"}, "l": [1]}
    assert append_to("l", 1, 2)(document)["l"] == [1, 2]
    assert append_to("new", 2)(document)["new"] == [2]


def test_every_code_of_the_handbook_has_a_hint():
    """Answers and debugger codes alike."""
    ranges = [(14201, 14207), (14210, 14218), (14220, 14223), (14230, 14241), (40110, 40114), (40120, 40123)]
    ranges += [(40130, 40149), (40151, 40155), (40157, 40159)]
    codes = {code for first, last in ranges for code in range(first, last + 1)}
    codes |= {14219, 14226, 20001, 20003, 20004, 20404, 20429, 40000, 40001, 40005, 40100, 55555, 45600, 81009}
    assert codes - set(HINTS) == set()


def test_an_error_says_what_the_service_said_and_keeps_no_cookie():
    """Sentence, code, place and hint; the session of the answer is dropped."""
    from taskrouter_kit.client._exchange import Exchange

    exchange: Exchange[None] = Exchange("UpdateTask", "POST", "/v1/Workspaces/WS1/Tasks/WT1", lambda _: None)
    error = failure(exchange, refusal(429, 20429, "Too many", Set_Cookie="session=1", Twilio_Request_Id="RQ1"))
    assert isinstance(error, ServiceError)
    assert str(error) == (
        "Too many (20429) [rate-limited]\n"
        "  at POST /v1/Workspaces/WS1/Tasks/WT1\n"
        "  hint: the request was not carried out; wait, or send fewer at the same time"
    )
    assert (error.request_id, "Set-Cookie" in error.headers) == ("RQ1", False)


def test_an_access_token_carries_the_grant():
    """The SDK's JWT class reads it back; a wrong SID is refused before anything is signed."""
    from twilio.jwt.access_token import AccessToken

    given = {"account_sid": ACCOUNT, "key_sid": sid("SK", 1), "workspace_sid": WORKSPACE, "worker_sid": sid("WK", 1)}
    secret = "s" * 32
    token = worker_access_token(**given, secret=secret, identity="alice", ttl=timedelta(minutes=5))
    read = AccessToken.from_jwt(token, secret)
    assert read.payload["grants"]["task_router"]["worker_sid"] == sid("WK", 1)
    with pytest.raises(InvalidDeclaration):
        worker_access_token(**{**given, "worker_sid": "Alice"}, secret=secret, identity="alice")


def test_an_error_whose_body_is_nested_too_deeply_is_an_error_like_any_other():
    """A failing proxy answers what it likes."""
    script = Script(Reply(500, '{"a":' * 100_000))
    with pytest.raises(ServiceUnavailable):
        script.client(attempts=1).workspace(WORKSPACE).workers.fetch(sid("WK", 1))


def test_what_is_done_to_a_typed_task_gives_a_typed_one():
    """The schema that it was read with reads the answers; by SID there is none."""

    class Call(TaskAttributes):
        language: Attr[str]

    spanish = answer(200, task(1, "assigned", attributes='{"language":"es"}'))
    live = Script(*[spanish] * 6).client().workspace(WORKSPACE)
    mine = live.tasks.fetch(TASK, Call)
    for done in (live.tasks.wrap_up(mine), live.tasks.finish(mine), live.tasks.update(mine, priority=1)):
        assert done is not None
        assert done.attributes == Call(language="es")
    assert live.tasks.update(TASK, priority=1).attributes == {"language": "es"}
