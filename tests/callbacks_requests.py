"""Requests as the service sends them: bodies, and signatures made by the SDK's own validator."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

TOKEN = "token-of-the-tests"
URL = "https://support.example/taskrouter/assignment"
WW = "WW" + "1" * 32
WR = "WR" + "1" * 32

ASSIGNMENT: dict[str, str] = {
    "Timestamp": "1767603600",
    "AccountSid": "AC" + "1" * 32,
    "WorkspaceSid": "WS" + "1" * 32,
    "WorkflowSid": WW,
    "TaskQueueSid": "WQ" + "1" * 32,
    "WorkerSid": "WK" + "1" * 32,
    "WorkerAttributes": '{"skills": ["billing"]}',
    "TaskSid": "WT" + "1" * 32,
    "TaskAttributes": '{"language": "es"}',
    "TaskAge": "3",
    "TaskPriority": "10",
    "ReservationSid": WR,
}

EVENT: dict[str, str] = {
    "EventType": "reservation.timeout",
    "Sid": "EV" + "1" * 32,
    "AccountSid": "AC" + "1" * 32,
    "WorkspaceSid": "WS" + "1" * 32,
    "Timestamp": "1767603600",
    "TimestampMs": "1767603600250",
    "TaskSid": "WT" + "1" * 32,
    "TaskAttributes": '{"language": "es"}',
    "WorkerSid": "WK" + "1" * 32,
    "WorkerAttributes": '{"skills": ["billing"]}',
    "ReservationSid": WR,
}


def form(fields: dict[str, str], *, url: str = URL, token: str = TOKEN) -> tuple[str, dict[str, str], bytes]:
    """Return URL, headers and body of a signed form."""
    body = urlencode(fields).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Content-Length": str(len(body)),
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, fields),
    }
    return url, headers, body


def signed_json(value: Any, *, url: str = URL, token: str = TOKEN) -> tuple[str, dict[str, str], bytes]:
    """Return URL, headers and body of signed JSON: the hash of the body is in the URL."""
    body = json.dumps(value).encode()
    url = f"{url}?bodySHA256={sha256(body).hexdigest()}"
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, {}),
    }
    return url, headers, body
