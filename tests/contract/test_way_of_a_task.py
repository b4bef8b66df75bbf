"""The whole way of a task, through the unchanged official client, in process and over HTTP."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from contract.conftest import Face


def available(workspace: Any) -> str:
    return next(each.sid for each in workspace.activities.list() if each.available)


def routed(face: Face, **worker: Any) -> tuple[Any, str, str]:
    """Return a workspace with one queue, one workflow and Alice, and the SIDs of queue and workflow."""
    workspace = face.workspace()
    queue = workspace.task_queues.create(friendly_name="All")
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}
    workflow = workspace.workflows.create(friendly_name="All", configuration=json.dumps(configuration))
    parameters = {"friendly_name": "Alice", "activity_sid": available(workspace), **worker}
    workspace.workers.create(**parameters)
    return workspace, queue.sid, workflow.sid


def refusal(action: Any) -> tuple[int, int, str]:
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code, caught.value.msg


def test_a_new_workspace(face: Face) -> None:
    """A new workspace has three activities, five channels, and Offline twice (resources.md section 2.1)."""
    workspace = face.workspace()
    fetched = workspace.fetch()
    assert [(each.friendly_name, each.available) for each in workspace.activities.list()] == [
        ("Offline", False),
        ("Available", True),
        ("Unavailable", False),
    ]
    assert [each.unique_name for each in workspace.task_channels.list()] == ["default", "voice", "chat", "sms", "video"]
    assert (fetched.default_activity_name, fetched.timeout_activity_name) == ("Offline", "Offline")
    assert (fetched.multi_task_enabled, fetched.prioritize_queue_order) == (True, "FIFO")
    assert (fetched.event_callback_url, fetched.events_filter) == ("", None)


def test_template_fifo(face: Face) -> None:
    """Template FIFO adds Sample Queue and Default Fifo Workflow (resources.md section 2.1)."""
    workspace = face.workspace(template="FIFO")
    (queue,) = workspace.task_queues.list()
    (workflow,) = workspace.workflows.list()
    assert (queue.friendly_name, queue.target_workers, queue.max_reserved_workers) == ("Sample Queue", "1==1", 1)
    assert (workflow.friendly_name, workflow.task_reservation_timeout) == ("Default Fifo Workflow", 120)


def test_multitasking_is_one_way(face: Face) -> None:
    """Multitasking cannot be switched off again (resources.md section 2)."""
    status, code, _ = refusal(lambda: face.workspace().update(multi_task_enabled=False))
    assert (status, code) == (400, 20001)


def test_accept_and_complete(face: Face) -> None:
    """A task is made, reserved, assigned when accepted, completed with its reservation (routing.md section 1)."""
    workspace, queue, workflow = routed(face)
    task = workspace.tasks.create(attributes='{"language": "es"}')
    assert (task.assignment_status, task.attributes) == ("pending", '{"language":"es"}')
    assert (task.task_queue_sid, task.workflow_sid, task.reason) == (queue, workflow, None)
    assert workspace.tasks(task.sid).fetch().assignment_status == "reserved"
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    assert (reservation.reservation_status, reservation.worker_name) == ("pending", "Alice")
    accepted = workspace.tasks(task.sid).reservations(reservation.sid).update(reservation_status="accepted")
    assert accepted.reservation_status == "accepted"
    assert workspace.tasks(task.sid).fetch().assignment_status == "assigned"
    done = workspace.tasks(task.sid).update(assignment_status="completed", reason="solved")
    assert (done.assignment_status, done.reason) == ("completed", "solved")
    worker = workspace.workers(reservation.worker_sid)
    assert [each.reservation_status for each in worker.reservations.list()] == ["completed"]
    types = [each.event_type for each in workspace.events.list()][::-1]
    # Observed: callbacks.md section 4.5
    assert types[types.index("workflow.entered") :] == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "reservation.created",
        "reservation.accepted",
        "task.completed",
        "reservation.completed",
        "task.updated",
    ]


def test_a_task_is_gone_five_minutes_after_its_end(face: Face) -> None:
    """Canceled tasks disappear after 5 minutes: 404 with code 20404 (limits-errors-gotchas.md section 2)."""
    workspace, _, _ = routed(face)
    task = workspace.tasks.create()
    workspace.tasks(task.sid).update(assignment_status="canceled", reason="never mind")
    face.backend.advance(299)
    assert workspace.tasks(task.sid).fetch().reason == "never mind"
    face.backend.advance(2)
    status, code, message = refusal(workspace.tasks(task.sid).fetch)
    assert (status, code) == (404, 20404)
    assert message.endswith(f"/Tasks/{task.sid} was not found")


def test_a_reservation_times_out(face: Face) -> None:
    """After TaskReservationTimeout the worker is in the timeout activity, the task pending (routing.md section 8)."""
    workspace, _, _ = routed(face)
    task = workspace.tasks.create()
    face.backend.advance(119)
    assert workspace.tasks(task.sid).fetch().assignment_status == "reserved"
    face.backend.advance(2)
    assert workspace.tasks(task.sid).fetch().assignment_status == "pending"
    (worker,) = workspace.workers.list()
    assert (worker.activity_name, worker.available) == ("Offline", False)
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    assert reservation.reservation_status == "timeout"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (
            "completed",
            "Cannot complete task {task} in workspace {workspace} for account {account} because it is not "
            "currently assigned.",
        ),
        (
            "wrapping",
            "Cannot wrap up a task {task} in workspace {workspace} for account {account} because it's not "
            "currently assigned",
        ),
    ],
)
def test_recorded_texts_of_wrong_states(face: Face, status: str, text: str) -> None:
    """Completing or wrapping a task that nobody has is refused with the recorded texts (resources.md section 9.1)."""
    workspace, _, _ = routed(face)
    task = workspace.tasks.create()
    found = refusal(lambda: workspace.tasks(task.sid).update(assignment_status=status))
    expected = text.format(task=task.sid, workspace=task.workspace_sid, account=task.account_sid)
    assert found == (400, 20001, f"Unable to update record: {expected}")


def test_an_assigned_task_cannot_be_canceled(face: Face) -> None:
    """Canceling an assigned task is refused (resources.md section 9.1)."""
    workspace, _, _ = routed(face)
    task = workspace.tasks.create()
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    workspace.tasks(task.sid).reservations(reservation.sid).update(reservation_status="accepted")
    status, code, message = refusal(lambda: workspace.tasks(task.sid).update(assignment_status="canceled"))
    assert (status, code) == (400, 20001)
    assert message.endswith("because it is not pending or reserved.")


def test_workflow_sid_is_needed_when_there_are_two(face: Face) -> None:
    """WorkflowSid may be left out only while there is one workflow (resources.md section 9)."""
    workspace, queue, _ = routed(face)
    configuration = {"task_routing": {"default_filter": {"queue": queue}}}
    workspace.workflows.create(friendly_name="Second", configuration=json.dumps(configuration))
    assert refusal(workspace.tasks.create) == (400, 20001, "Unable to create record: WorkflowSid field is required")


def test_worker_names_are_unique_ignoring_case(face: Face) -> None:
    """`alice` after `Alice` is refused with the recorded text (resources.md section 4)."""
    workspace, _, _ = routed(face)
    found = refusal(lambda: workspace.workers.create(friendly_name="alice"))
    assert found == (400, 20001, "Unable to create record: Worker with the same friendly name already exists")


def test_available_of_an_activity_is_for_life(face: Face) -> None:
    """Sending Available on update answers 200 and changes nothing (resources.md section 3)."""
    workspace = face.workspace()
    activity = next(each for each in workspace.activities.list() if not each.available)
    uri = f"https://taskrouter.twilio.com/v1/Workspaces/{activity.workspace_sid}/Activities/{activity.sid}"
    if face.client.taskrouter.base_url.startswith("http://"):
        uri = uri.replace("https://taskrouter.twilio.com", face.client.taskrouter.base_url)
    answer = face.client.request("POST", uri, data={"Available": "true"})
    assert answer.status_code == 200
    assert json.loads(answer.text)["available"] is False


def path_of(worker: Any) -> str:
    return f"/Workspaces/{worker.workspace_sid}/Workers/{worker.sid}"


def test_if_match(face: Face) -> None:
    """If-Match takes a version, quoted or bare; a mismatch is 412, without it all pass (resources.md section 1.2)."""
    workspace, _, _ = routed(face)
    (worker,) = workspace.workers.list()
    answer = face.client.request("GET", f"{face.client.taskrouter.base_url}/v1{path_of(worker)}")
    etag = {name.lower(): value for name, value in answer.headers.items()}["etag"]
    assert etag == '"0"'
    workspace.workers(worker.sid).update(if_match=etag, attributes='{"a":1}')
    status, code, _ = refusal(lambda: workspace.workers(worker.sid).update(if_match="0", attributes='{"a":2}'))
    assert (status, code) == (412, 20412)
    assert workspace.workers(worker.sid).update(if_match="1", attributes='{"a":2}').attributes == '{"a":2}'
    assert workspace.workers(worker.sid).update(attributes='{"a":3}').attributes == '{"a":3}'


def test_a_rescinded_reservation_is_gone(face: Face) -> None:
    """Accepting a rescinded reservation answers 410 (resources.md section 10)."""
    workspace, queue, _ = routed(face)
    workspace.task_queues(queue).update(max_reserved_workers=2)
    workspace.workers.create(friendly_name="Bob", activity_sid=available(workspace))
    task = workspace.tasks.create()
    first, second = workspace.tasks(task.sid).reservations.list()
    workspace.tasks(task.sid).reservations(first.sid).update(reservation_status="accepted")
    assert workspace.tasks(task.sid).reservations(second.sid).fetch().reservation_status == "rescinded"
    reservation = workspace.tasks(task.sid).reservations(second.sid)
    assert refusal(lambda: reservation.update(reservation_status="accepted"))[:2] == (410, 20410)


def test_a_queue_in_use_stays(face: Face) -> None:
    """A queue that a workflow mentions cannot be deleted (resources.md section 7)."""
    workspace, queue, _ = routed(face)
    assert refusal(workspace.task_queues(queue).delete)[:2] == (400, 20001)


def test_a_bad_expression_is_refused(face: Face) -> None:
    """A syntax error in TargetWorkers is 400 with code 20001 (resources.md section 7)."""
    workspace = face.workspace()
    found = refusal(lambda: workspace.task_queues.create(friendly_name="Bad", target_workers="skill-level > 3"))
    assert found[:2] == (400, 20001)


def test_paging_follows_our_own_origin(face: Face) -> None:
    """Paging walks every worker, and every URL has the request's origin (limits-errors-gotchas.md section 1)."""
    workspace = face.workspace()
    for number in range(7):
        workspace.workers.create(friendly_name=f"Worker {number}")
    assert [each.friendly_name for each in workspace.workers.list(page_size=2)] == [f"Worker {n}" for n in range(7)]
    page = workspace.workers.page(page_size=3)
    assert page.next_page_url.startswith(face.client.taskrouter.base_url.rstrip("/"))
    assert "PageToken=PAWK" in page.next_page_url


def test_absolute_paging_is_refused(face: Face) -> None:
    """Page without PageToken is 400 with code 40153 (limits-errors-gotchas.md section 1)."""
    with pytest.raises(TwilioException) as caught:
        face.workspace().workers.page(page_number=1)
    answer = caught.value.args[1]
    assert (answer.status_code, json.loads(answer.text)["code"]) == (400, 40153)


def test_bad_credentials(face: Face) -> None:
    """No credentials answer 401 with code 20003 (resources.md section 1.4)."""
    face.client.username = face.client.password = None
    face.client.auth = None
    assert refusal(lambda: face.v1.workspaces.create(friendly_name="x"))[:2] == (401, 20003)


def test_statistics_of_a_queue(face: Face) -> None:
    """Queue statistics know eligible and available workers; workers' statistics do not (resources.md section 12)."""
    workspace, queue, _ = routed(face)
    workspace.workers.create(friendly_name="Off")
    workspace.tasks.create()
    found = workspace.task_queues(queue).real_time_statistics().fetch()
    assert (found.total_eligible_workers, found.total_available_workers, found.total_tasks) == (2, 1, 1)
    assert found.tasks_by_status["reserved"] == 1
    cumulative = workspace.task_queues(queue).cumulative_statistics().fetch(split_by_wait_time="5")
    assert (cumulative.tasks_entered, cumulative.reservations_created) == (1, 1)
    assert set(cumulative.split_by_wait_time["5"]) == {"above", "below"}


def test_statistics_do_not_reach_back_for_ever(face: Face) -> None:
    """StartDate older than 30 days is 400 with code 14241 (resources.md section 12)."""
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    assert refusal(lambda: face.workspace().statistics().fetch(start_date=moment))[:2] == (400, 14241)


def test_two_accounts_do_not_see_each_other(face: Face) -> None:
    """The account is taken from the credentials (resources.md section 1)."""
    workspace = face.workspace()
    sid = workspace.fetch().sid
    face.client.auth = ("AC" + "1" * 32, "token")
    assert refusal(workspace.fetch)[:2] == (404, 20404)
    face.client.auth = ("AC" + "0" * 32, "token")
    assert workspace.fetch().sid == sid


def test_deleting_cascades(face: Face) -> None:
    """Deleting a workspace removes everything in it (resources.md section 2.1)."""
    workspace, queue, _ = routed(face)
    assert workspace.delete() is True
    assert refusal(workspace.task_queues(queue).fetch)[:2] == (404, 20404)
