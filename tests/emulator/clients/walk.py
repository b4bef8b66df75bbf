"""Walks every operation with the official Python SDK, whichever version is installed: ``walk.py URL``.

It imports nothing but the SDK, so that it runs under any interpreter; the test reads the server's journal.
"""

import json
import sys

from twilio.base.exceptions import TwilioException
from twilio.rest import Client


class Bulk:
    def __init__(self, *sids):
        self.sids = sids

    def to_dict(self):
        return {"queueSids": list(self.sids)}


def every_statistic(of):
    for name in ("statistics", "real_time_statistics", "cumulative_statistics"):
        assert getattr(of, name)().fetch().url, name


def walk(v1):
    made = v1.workspaces.create(friendly_name="Walk", event_callback_url="", template="FIFO")
    assert [each.sid for each in v1.workspaces.list(friendly_name="Walk")] == [made.sid]
    w = v1.workspaces(made.sid)
    assert w.fetch().friendly_name == "Walk"
    assert w.update(friendly_name="Walked").friendly_name == "Walked"
    every_statistic(w)
    free = next(each.sid for each in w.activities.list(available="true"))
    lunch = w.activities.create(friendly_name="Lunch", available=False)
    assert w.activities(lunch.sid).update(friendly_name="Dinner").friendly_name == "Dinner"
    assert w.activities(lunch.sid).fetch().available is False
    assert w.activities(lunch.sid).delete() is True
    fax = w.task_channels.create(friendly_name="Fax", unique_name="fax")
    assert w.task_channels("fax").fetch().sid == fax.sid
    assert w.task_channels(fax.sid).update(friendly_name="Telefax").unique_name == "fax"
    assert len(w.task_channels.list(page_size=2)) == 6
    assert w.task_channels(fax.sid).delete() is True
    queue = w.task_queues.create(friendly_name="Q", target_workers="1==1", max_reserved_workers=1)
    assert w.task_queues(queue.sid).update(task_order="LIFO").task_order == "LIFO"
    assert w.task_queues(queue.sid).fetch().friendly_name == "Q"
    assert len(w.task_queues.list()) == 2
    every_statistic(w.task_queues(queue.sid))
    assert w.task_queues.statistics.list()[0].cumulative
    if hasattr(w.task_queues, "bulk_real_time_statistics"):
        assert w.task_queues.bulk_real_time_statistics.create(Bulk(queue.sid)).task_queue_response_count == 1
    document = json.dumps({"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}})
    workflow = w.workflows.create(friendly_name="F", configuration=document, task_reservation_timeout=60)
    assert w.workflows(workflow.sid).update(friendly_name="G").task_reservation_timeout == 60
    assert w.workflows(workflow.sid).fetch().friendly_name == "G"
    assert len(w.workflows.list()) == 2
    every_statistic(w.workflows(workflow.sid))
    alice = w.workers.create(friendly_name="Alice", activity_sid=free, attributes=json.dumps({"ä": ["+ &="]}))
    assert json.loads(w.workers(alice.sid).fetch().attributes) == {"ä": ["+ &="]}
    assert w.workers(alice.sid).update(friendly_name="Alicia").available is True
    assert len(w.workers.list(activity_sid=free)) == 1
    assert w.workers(alice.sid).statistics().fetch().cumulative
    everybody = w.workers if hasattr(w.workers, "real_time_statistics") else w.workers(alice.sid)
    for name in ("real_time_statistics", "cumulative_statistics"):
        assert getattr(everybody, name)().fetch().url
    assert w.workers.statistics().fetch().realtime
    channels = w.workers(alice.sid).worker_channels
    assert len(channels.list()) == 5
    channel = w.workers(alice.sid).worker_channels("default")
    assert channel.update(capacity=3, available=True).configured_capacity == 3
    assert channel.fetch().assigned_tasks == 0
    tasks = [w.tasks.create(workflow_sid=workflow.sid, attributes=json.dumps({"n": number})) for number in range(3)]
    assert w.tasks(tasks[0].sid).update(priority=3).priority == 3
    assert len(w.tasks.list(assignment_status=["reserved", "pending"], page_size=1)) == 3
    own = w.tasks(tasks[0].sid).reservations
    (first,) = own.list()
    assert w.tasks(tasks[0].sid).reservations(first.sid).fetch().worker_sid == alice.sid
    assert own(first.sid).update(reservation_status="accepted").reservation_status == "accepted"
    theirs = w.workers(alice.sid).reservations
    pending = theirs.list(reservation_status="pending")
    assert len(pending) == 2
    assert theirs(pending[0].sid).update(reservation_status="rejected").reservation_status == "rejected"
    assert theirs(pending[1].sid).fetch().reservation_status == "pending"
    assert w.tasks(tasks[0].sid).update(assignment_status="completed", reason="done").reason == "done"
    assert w.tasks(tasks[0].sid).fetch().assignment_status == "completed"
    for each in tasks:
        assert w.tasks(each.sid).delete() is True
    events = w.events.list(event_type="task.created")
    assert len(events) == 3
    assert w.events(events[0].sid).fetch().event_data["task_sid"]
    assert w.workers(alice.sid).delete() is True
    assert w.workflows(workflow.sid).delete() is True
    assert w.task_queues(queue.sid).delete() is True
    try:
        w.tasks("WT" + "0" * 32).fetch()
    except TwilioException as refusal:
        found = (refusal.status, refusal.code)
    assert found == (404, 20404)
    assert v1.workspaces(made.sid).delete() is True


def main():
    client = Client("AC" + "0" * 32, "token", environment={"_": ""})
    client.taskrouter.base_url = sys.argv[1]
    walk(client.taskrouter.v1)


main()
