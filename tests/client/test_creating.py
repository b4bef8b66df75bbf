import pytest

from taskrouter_kit._wire import UNSET
from taskrouter_kit.client._drive import drive
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._task_flows import create_task
from taskrouter_kit.errors import InvalidDeclaration, NotSent, OutcomeUnknown, ServiceUnavailable
from taskrouter_kit.expr import parse
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
    assert dict(script.asked[1].query)["Ordering"] == "DateCreated:desc"


@pytest.mark.parametrize("value", ["line\nline", "\x00", "Zoë 🙂", 'it\'s "so"', "back\\slash"])
def test_a_dedupe_attribute_of_any_text_is_looked_up_in_the_expression_language(value: str):
    """The escapes of JSON are none of the language."""
    script = Script(lost(), page("tasks", [task(7)]))
    script.client().workspace(WORKSPACE).tasks.create({"order": value}, workflow=sid("WW", 1), dedupe="order")
    text = str(script.asked[1].query["EvaluateTaskAttributes"])
    assert parse(text, place="evaluate_task_attributes").node.right.value == value


@pytest.mark.parametrize("name", ["in", "größe", "a.b", "1st"])
def test_a_dedupe_attribute_that_no_expression_can_name_is_refused_before_anything_is_sent(name: str):
    """It could not be looked up."""
    script = Script()
    with pytest.raises(InvalidDeclaration):
        script.client().workspace(WORKSPACE).tasks.create({name: "A"}, workflow=sid("WW", 1), dedupe=name)
    assert script.asked == []


@pytest.mark.parametrize(
    ("status", "ended", "ours"),
    [
        ("completed", 90, False),
        ("canceled", 90, False),
        ("completed", 31, True),
        ("canceled", 0, True),
        ("pending", 90, True),
        ("assigned", 90, True),
    ],
)
def test_a_task_that_had_ended_before_the_creation_was_sent_is_an_earlier_one(status: str, ended: int, ours: bool):
    """The answer is lost after 30 seconds: what ended longer ago is not what was sent; what is open is."""
    clock = iter([100.0, 130.0])
    found = task(7, status, age=ended)  # date_updated is date_created: it has been so all its life
    script = Script(lost(), page("tasks", [found]), answer(201, task(8)))
    scope = Scope(WORKSPACE, clock=lambda: next(clock))
    made = drive(create_task(scope, {"order": "A-17"}, sid("WW", 1), UNSET, "order"), script, script.policy())
    assert made.sid == sid("WT", 7 if ours else 8)
    assert len(script.asked) == (2 if ours else 3)


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
