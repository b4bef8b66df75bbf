import pytest

from taskrouter_kit.errors import NotSent, OutcomeUnknown, ServiceUnavailable
from wire_fakes import WORKSPACE, Script, answer, page, queue, refusal, sid, task, worker


def lost() -> ServiceUnavailable:
    from taskrouter_kit import Diagnostic

    return ServiceUnavailable(Diagnostic("service-unavailable", "The request lost its connection."))


def test_a_worker_whose_answer_was_lost_is_looked_for_and_found():
    """A create that arrived is not sent again."""
    script = Script(lost(), page("workers", [worker(attributes='{"a":1}')]), answer(200, worker(attributes='{"a":1}')))
    made = script.client().workspace(WORKSPACE).workers.create("Alice", {"a": 1})
    assert made.sid == sid("WK", 1)
    assert script.lines() == ["POST /Workers", "GET /Workers", "GET /Workers/" + sid("WK", 1)]


def test_a_worker_whose_creation_never_arrived_is_sent_once_more():
    """Nobody has the name, so the create is repeated."""
    script = Script(refusal(503, 20503), page("workers", []), page("workers", []), answer(201, worker()))
    script.client().workspace(WORKSPACE).workers.create("Alice")
    assert [each.method for each in script.asked] == ["POST", "GET", "GET", "POST"]


def test_a_queue_of_that_name_with_other_contents_is_not_taken_for_ours():
    """What may be somebody else's stays unknown."""
    found = queue(target_workers="level > 3")
    script = Script(lost(), page("task_queues", [found]), answer(200, found))
    with pytest.raises(OutcomeUnknown):
        script.client().workspace(WORKSPACE).task_queues.create("Billing", target_workers="1==1")


def test_a_task_whose_answer_was_lost_is_never_sent_twice():
    """Nothing identifies a task: the outcome is unknown, and one request was sent."""
    script = Script(lost())
    with pytest.raises(OutcomeUnknown) as caught:
        script.client().workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))
    assert len(script.asked) == 1
    assert str(caught.value) == (
        "The request lost its connection. [outcome-unknown]\n"
        "  hint: it may have been carried out: look before you do it again"
    )


def test_a_dedupe_attribute_finds_the_task_that_was_made():
    """With an attribute no two tasks share, the client looks before it repeats."""
    script = Script(lost(), page("tasks", [task(7)]))
    made = script.client().workspace(WORKSPACE).tasks.create({"order": "A-17"}, workflow=sid("WW", 1), dedupe="order")
    assert made.sid == sid("WT", 7)
    assert dict(script.asked[1].query)["EvaluateTaskAttributes"] == 'order == "A-17"'


def test_a_create_that_was_never_sent_is_repeated():
    """No connection was made, so nothing can have happened."""
    from taskrouter_kit import Diagnostic

    script = Script(NotSent(Diagnostic("service-unavailable", "No connection.")), answer(201, task()))
    script.client().workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))
    assert len(script.asked) == 2


def test_a_creation_confirmed_by_an_unreadable_answer_is_unknown():
    """201 with HTML: it was made, nobody knows what."""
    from taskrouter_kit.client._exchange import Reply

    script = Script(Reply(201, "<html>"))
    with pytest.raises(OutcomeUnknown):
        script.client().workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))


def test_a_lost_create_beside_others_of_the_name_stays_unknown():
    """One of the two may be ours, and nobody can tell which."""
    script = Script(lost(), page("task_queues", [queue(1), queue(2)]))
    with pytest.raises(OutcomeUnknown):
        script.client().workspace(WORKSPACE).task_queues.create("Billing")


def test_a_lost_create_under_a_name_like_a_sid_is_looked_up_by_it():
    """It was given as a name, so it is one."""
    name = sid("WK", 7)
    script = Script(lost(), page("workers", [worker(1, name)]), answer(200, worker(1, name)))
    assert script.client().workspace(WORKSPACE).workers.create(name).sid == sid("WK", 1)
