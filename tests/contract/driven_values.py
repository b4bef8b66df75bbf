"""What each method of the client is called with, when all of them are: SIDs, instructions, a value per parameter."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from taskrouter_kit.expr._parser import parse
from taskrouter_kit.models._instruction_conference import Conference
from taskrouter_kit.models._instructions import (
    Accept,
    CallWorker,
    Dequeue,
    Redirect,
    Reject,
    ReservationUpdate,
    Supervise,
)

HEX = "0123456789abcdef0123456789abcdef"
CALL = {"call_sid": "CA" + HEX, "from": "+15005550001", "to": "+15005550002"}
CALLBACK, PHONE = "https://example.com/cb", "+15005550006"


def instructions(mode: str, activity: str) -> list[ReservationUpdate]:
    """Return each instruction, with what it needs or with all it can have."""
    call = "CA" + HEX
    if mode == "min":
        return [
            Accept(),
            Reject(),
            Dequeue(),
            CallWorker(from_=PHONE, url=CALLBACK),
            Redirect(call_sid=call, url=CALLBACK),
            Conference(),
            Supervise(supervisor=PHONE, from_=PHONE, mode="monitor"),
        ]
    events: Any = {"status_callback_event": ["initiated", "answered"], "conference_status_callback_event": ["start"]}
    texts: Any = {"beep": "onEnter", "conference_record": "true", "conference_trim": "trim-silence", "region": "ie1"}
    others: Any = {"recording_channels": "dual", "jitter_buffer_size": "small", "record": True, "from_": PHONE}
    urls = ["wait_url", "status_callback", "conference_status_callback", "recording_status_callback"]
    urls += ["conference_recording_status_callback"]
    flags = ["muted", "start_conference_on_enter", "end_conference_on_exit", "end_conference_on_customer_exit"]
    flags += ["beep_on_customer_entrance", "early_media"]
    methods = ["wait_method", *(f"{name}_method" for name in urls[1:])]
    options = {**events, **texts, **others, **dict.fromkeys(urls, CALLBACK), **dict.fromkeys(flags, True)}
    options |= {**dict.fromkeys(methods, "POST"), "sip_auth_username": "u", "sip_auth_password": "p"}
    options |= {"to": PHONE, "timeout": 20, "post_work_activity": activity, "max_participants": 5}
    every = {attribute.name for attribute in Conference.__attrs_attrs__ if attribute.init} - {"extra"}
    assert every == set(options), every ^ set(options)
    return [
        Accept(),
        Reject(activity=activity),
        Dequeue(
            to=PHONE,
            from_=PHONE,
            post_work_activity=activity,
            record="record-from-answer",
            timeout=20,
            status_callback_url=CALLBACK,
            status_callback_events=["initiated", "answered"],
        ),
        CallWorker(
            from_=PHONE,
            url=CALLBACK,
            to=PHONE,
            accept=True,
            record="record-from-answer",
            timeout=20,
            status_callback_url=CALLBACK,
        ),
        Redirect(call_sid=call, url=CALLBACK, accept=True),
        Conference(**options),
        Supervise(supervisor=PHONE, from_=PHONE, mode="whisper"),
    ]


class Values:
    """Values for parameters, by their names: of a mock, which takes any SID, or of a live workspace."""

    def __init__(self, mode: str, live: bool) -> None:
        self.mode, self.is_live = mode, live
        self.sids = {prefix: prefix + HEX for prefix in ("WS", "WA", "WK", "WT", "WQ", "WW", "TC", "WR", "EV", "WC")}
        self.offline = self.sids["WA"]

    def of(self, owner: str, method: str, name: str) -> Any:
        """Return a value for a parameter; None: it is not given here. An unknown one is a ``KeyError``."""
        sids = self.sids
        match name:
            case "after":
                return None if self.is_live else "PAWK" + HEX
            case "attributes" | "evaluate_worker_attributes":
                return {"skills": ["billing"]}
            case "channel":
                return sids["WC"] if owner == "WorkerChannels" else sids["TC"]
            case "friendly_name" if method == "create":
                return f"new {self.mode}"
            case "friendly_name":
                return "wk" if owner == "Workers" else "renamed"
            case "available" if owner == "WorkerChannels" or method == "create":
                return True
            case "activity" if owner == "Workers" and method == "update":
                return self.offline
            case "task_channel" if owner == "Tasks" and method == "update" and self.is_live:
                return None  # only while the task is pending; this one is offered
            case "ordering":
                orders = {"Tasks": "DateCreated:asc", "TaskQueues": "DateUpdated:asc"}
                return orders.get(owner, "DateStatusChanged:asc")
            case "where":
                return _expression("tasks" if owner == "Tasks" else "workers")
            case "task_queue" if method == "create":
                return sids["WQ"]
            case "routing_target":
                return sids["WK"]
            case "task_channel":
                return sids["TC"]
            case _:
                return self._plain(name)

    def _plain(self, name: str) -> Any:
        sids = self.sids
        addresses = {"workspace": "WS", "activity": "WA", "worker": "WK", "task": "WT", "queue": "WQ", "workflow": "WW"}
        addresses |= {"task_queue": "WQ", "reservation": "WR", "event": "EV", "sid": "EV"}
        addresses |= {"reservation_activity": "WA", "assignment_activity": "WA"}
        if name in addresses:
            return sids[addresses[name]]
        if name in {"default_activity", "timeout_activity"}:
            return self.offline
        routing = {"task_routing": {"filters": [], "default_filter": {"queue": sids["WQ"]}}}
        return {
            "assignment_callback_url": CALLBACK,
            "assignment_status": ["pending", "reserved"],
            "available": True,
            "capacity": 50,
            "channel_optimized_routing": True,
            "configuration": json.dumps(routing),
            "end_date": datetime(2026, 1, 3, 3, 4, 5, tzinfo=timezone.utc),
            "event_callback_url": CALLBACK,
            "event_type": "task.created",
            "events_filter": ["task.created", "task.canceled"],
            "fallback_assignment_callback_url": CALLBACK,
            "has_addons": False,
            "ignore_capacity": True,
            "limit": 20,
            "max_reserved_workers": 2,
            "minutes": timedelta(minutes=5) if self.is_live else 5,
            "multi_task_enabled": True,
            "page_size": 50,
            "prioritize_queue_order": "LIFO",
            "priority": 5,
            "queues": [sids["WQ"]],
            "re_evaluate_tasks": True,
            "reason": "done",
            "reject_pending_reservations": True,
            "split_by_wait_time": [5, 10],
            "start_date": None if self.is_live else datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
            "status": "pending",
            "target_workers": '"billing" IN skills',
            "task_order": "LIFO",
            "task_reservation_timeout": timedelta(seconds=30),
            "template": "NONE",
            "timeout": timedelta(hours=1),
            "unique_name": f"new_{self.mode}",
            "virtual_start_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        }[name]


def _expression(of: str) -> Any:
    if of == "tasks":
        return parse('language == "es"', place="filter")
    return parse('skills HAS "billing"', place="target_workers")
