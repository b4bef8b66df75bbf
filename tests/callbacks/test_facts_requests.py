"""The request about an assignment, fact by fact: its fields, what counts as an answer in time, and its signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import pytest

from callback_center import ACCEPT, JSON, URL, Center
from callbacks_requests import ASSIGNMENT, TOKEN
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Instruction
from taskrouter_kit.testing import Answer


# Documented: callbacks.md section 1; POST, form-encoded, once per Reservation created
def test_once_for_each_reservation() -> None:
    """One request for one reservation; rejected and offered again, there is a second with another SID."""
    answers = [Answer(200, JSON, b'{"instruction": "reject"}'), ACCEPT]
    center = Center(lambda form: answers.pop(0))
    center.live.workers.create("Bob", {}, activity="On")
    center.task()
    first, second = center.forms("/assignment")
    assert first["ReservationSid"] != second["ReservationSid"]
    assert first["TaskSid"] == second["TaskSid"]
    assert center.posted[0][1]["Content-Type"].startswith("application/x-www-form-urlencoded")


# Documented: callbacks.md section 1; TaskAge in seconds, TaskPriority, both attributes as JSON
def test_values_of_the_request() -> None:
    """Ages, priorities and attributes are those of the task and the worker at the moment."""
    center = Center()
    center.live.workers.update("Alice", activity="Off")
    made = center.live.tasks.create({"language": "es"}, workflow="Routing", priority=7)
    center.emulator.advance(12)
    center.live.workers.update("Alice", activity="On")
    (form,) = center.forms("/assignment")
    assignment: Assignment[Any, Any] = Assignment(form)
    assert (assignment.task_age.total_seconds(), assignment.task_priority) == (12, 7)
    assert (assignment.task, assignment.worker) == ({"language": "es"}, {"contact_uri": "client:alice"})
    assert assignment.task_sid == made.sid
    assert assignment.timestamp is not None
    assert assignment.extra == {}


# Documented: callbacks.md section 1; 5 seconds
@pytest.mark.parametrize(("seconds", "status"), [(4.9, "accepted"), (5.0, "accepted"), (5.1, "canceled")])
def test_five_seconds(seconds: float, status: str) -> None:
    """An answer within 5 seconds counts; a later one does not."""
    center = Center(lambda form: Answer(200, JSON, b'{"instruction": "accept"}', seconds=seconds))
    assert center.statuses(center.task())[0] == status


# Documented: callbacks.md section 1; must be status 200
@pytest.mark.parametrize("status", [201, 204, 302, 400, 404, 500])
def test_only_200_counts(status: int) -> None:
    """Every other status is a failure, a 2xx too."""
    center = Center(lambda form: Answer(status, JSON, b'{"instruction": "accept"}'))
    assert center.statuses(center.task())[0] == "canceled"


# Documented: callbacks.md section 1; a body needs application/json (40000), parsable (40001), with instruction (40005)
@pytest.mark.parametrize(
    ("headers", "body", "debugger"),
    [
        (JSON, b"", []),
        (JSON, b"{}", []),
        ({"Content-Type": "application/json; charset=utf-8"}, b"{}", []),
        ({"Content-Type": "text/html"}, b'{"instruction": "accept"}', [40000]),
        ({}, b'{"instruction": "accept"}', [40000]),
        (JSON, b'"{\\"instruction\\": \\"accept\\"}"', [40001]),
        (JSON, b"accept", [40001]),
        (JSON, b'{"action": "accept"}', [40005]),
        (JSON, b'{"instruction": "teleport"}', [55555]),
    ],
)
def test_answers_that_do_nothing(headers: dict[str, str], body: bytes, debugger: list[int]) -> None:
    """The reservation stays pending: silently for an empty answer, with a debugger entry for a wrong one."""
    center = Center(lambda form: Answer(200, headers, body))
    assert center.statuses(center.task()) == ["pending"]
    assert center.debugger == debugger


# Documented: callbacks.md section 1; the fallback gets the same request, and when both fail the Reservation is canceled
def test_the_fallback() -> None:
    """A failing URL is followed by the fallback with the same form and what went wrong; what that says is done."""
    center = Center(lambda form: Answer(500), fallback=lambda form: ACCEPT)
    assert center.statuses(center.task()) == ["accepted"]
    (first,), (second,) = center.forms("/assignment"), center.forms("/fallback")
    # Inferred: callbacks.md section 1; plus ErrorCode and ErrorUrl as other Twilio fallbacks
    assert second == {**first, "ErrorCode": "11200", "ErrorUrl": f"{URL}/assignment"}
    both = Center(lambda form: Answer(500), fallback=lambda form: Answer(404))
    assert both.statuses(both.task())[0] == "canceled"
    assert both.live.workers.fetch("Alice").activity_name == "On"


# Documented: callbacks.md section 1; no URL configured: nothing is called
def test_without_a_url_nothing_is_called() -> None:
    """The reservation waits for whoever decides over REST."""
    center = Center(assignment_url=None)
    assert center.statuses(center.task()) == ["pending"]
    assert center.posted == []


def sign(url: str, fields: list[tuple[str, str]], token: str = TOKEN) -> str:
    """Return the signature as it is documented, computed here and nowhere else."""
    values = sorted({(name, value) for name, value in fields})
    signed = url + "".join(name + value for name, value in values)
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def accepted(url: str, body: bytes, signature: str, kind: str = "application/x-www-form-urlencoded") -> int:
    callbacks = Callbacks(TOKEN)

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Accept()

    return callbacks.handle(url, {"Content-Type": kind, "X-Twilio-Signature": signature}, body).status


# Documented: callbacks.md section 6; HMAC-SHA1 over the URL and the parameters sorted by name
def test_the_formula() -> None:
    """What is computed by the documented formula is accepted here, and is what the emulator sends."""
    fields = list(ASSIGNMENT.items())
    body = urlencode(fields).encode()
    for url in (URL, f"{URL}?a=b", "https://support.example:8443/x", "http://support.example"):
        assert accepted(url, body, sign(url, fields)) == 200
        assert accepted(url + "x", body, sign(url, fields)) == 403
    center = Center()
    center.task()
    ((url, headers, form),) = center.posted
    assert headers["X-Twilio-Signature"] == sign(url, list(form.items()), center.emulator.auth_token)


# Documented: callbacks.md section 6; validators try it with and without the explicit port
def test_ports() -> None:
    """The port of the scheme may be in what was signed and not in what arrives, and the other way round."""
    fields = list(ASSIGNMENT.items())
    body = urlencode(fields).encode()
    with_port, without = "https://support.example:443/x", "https://support.example/x"
    assert accepted(without, body, sign(with_port, fields)) == 200
    assert accepted(with_port, body, sign(without, fields)) == 200


# Documented: callbacks.md section 6; JSON bodies: bodySHA256 in the URL, and the signature covers the URL only
def test_json_bodies() -> None:
    """A JSON body is bound by its hash."""
    body = b'{"specversion": "1.0", "type": "com.twilio.taskrouter.task.created", "data": {}}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert accepted(url, body, sign(url, []), "application/json") == 204
    assert accepted(url, body + b" ", sign(url, []), "application/json") == 403
    assert accepted(URL, body, sign(URL, []), "application/json") == 403


# Observed: callbacks.md section 6; repeated parameters: unique values, sorted
def test_repeated_parameters() -> None:
    """A field that comes twice with one value is signed once."""
    fields = [*ASSIGNMENT.items(), ("TaskSid", ASSIGNMENT["TaskSid"])]
    assert accepted(URL, urlencode(fields).encode(), sign(URL, fields)) == 200
