"""Requests that nobody should send: one clear answer each, no handler called, nothing logged that should not be."""

from __future__ import annotations

import asyncio
import json
import logging
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from callbacks.answering import watched
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, URL, WR, form, signed_json
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Event, Instruction, Reply

FORM = "application/x-www-form-urlencoded"


def signed(body: bytes, *, url: str = URL, kind: str = FORM, fields: Any = None) -> tuple[str, dict[str, str], bytes]:
    """Return a request with whatever body, signed as if its fields were *fields*."""
    signature = RequestValidator(TOKEN).compute_signature(url, fields or {})
    return url, {"Content-Type": kind, "X-Twilio-Signature": signature}, body


def both(callbacks: Callbacks, request: tuple[str, Any, bytes]) -> Reply:
    """Return the answer, which is the same for both ways."""
    reply = callbacks.handle(*request)
    again = asyncio.run(callbacks.ahandle(*request))
    assert again == reply
    return reply


TWICE = [("TaskSid", "a"), ("TaskSid", "b"), *ASSIGNMENT.items()]


class Twice(dict[str, str]):
    def getlist(self, name: str) -> list[str]:
        return [value for key, value in TWICE if key == name]


BROKEN: list[tuple[str, tuple[str, dict[str, str], bytes], int, str]] = [
    ("no body", signed(b""), 400, "This is neither an assignment nor an event."),
    ("another form", form({"From": "+1", "CallSid": "CA1"}), 400, "This is neither an assignment nor an event."),
    ("another object", signed_json({"a": 1}), 400, "This is neither an assignment nor an event."),
    (
        "assignments in a list",
        signed_json([ASSIGNMENT, ASSIGNMENT]),
        400,
        "This is neither an assignment nor an event.",
    ),
    ("no object", signed_json(7), 400, "The body is neither a JSON object nor a list of them."),
    ("an empty list", signed_json([]), 400, "The body is neither a JSON object nor a list of them."),
    ("a text", signed_json("text"), 400, "The body is neither a JSON object nor a list of them."),
    ("a list of numbers", signed_json([7]), 400, "The body is neither a JSON object nor a list of them."),
    ("mixed list", signed_json([EVENT, 7]), 400, "The body is neither a JSON object nor a list of them."),
    (
        "a field that says two things",
        signed(urlencode(TWICE).encode(), fields=Twice([*TWICE])),
        400,
        "A form field comes more than once, with different values.",
    ),
    ("not UTF-8", signed(b"TaskSid=\xff\xfe"), 400, "The body is not UTF-8."),
    ("UTF-16", signed("TaskSid=é".encode("utf-16")), 400, "The body is not UTF-8."),
    ("a field in Latin-1", signed(b"TaskSid=%e9"), 400, "A form field is not UTF-8."),
    ("a lone surrogate", signed(b"TaskSid=%ed%a0%80"), 400, "A form field is not UTF-8."),
    ("too many fields", signed(b"&".join(b"a=b" for _ in range(501))), 400, "The form has more than 500 fields."),
    ("multipart", signed(b"--x", kind="multipart/form-data; boundary=x"), 415, "neither a form nor JSON"),
    ("no content type", signed(b"a=b", kind=""), 415, "neither a form nor JSON"),
    ("XML", signed(b"<a/>", kind="text/xml"), 415, "neither a form nor JSON"),
    ("too large", signed(b"a" * 300_000), 413, "The body has more than 262,144 bytes."),
    (
        "JSON cut off",
        signed(b'{"EventType": ', kind="application/json"),
        403,
        "The URL's bodySHA256 is missing or is not that of the body",
    ),
]


@pytest.mark.parametrize(("request_", "status", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_each_broken_request_has_its_answer(request_: Any, status: int, said: str) -> None:
    """Signed by the account and still wrong: one sentence, and no handler."""
    callbacks, seen = watched()
    reply = both(callbacks, request_)
    assert (reply.status, said in reply.body.decode()) == (status, True)
    assert reply.body.count(b"\n") == 1
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert seen == []


@pytest.mark.parametrize(
    ("change", "body", "status", "said"),
    [
        ({}, b"x" * 300_000, 413, "The body has more than 262,144 bytes."),
        ({"Content-Length": "9999"}, b"a=b", 400, "The body is cut off: Content-Length is 9999, it has 3 bytes."),
        ({}, b"a=\xff", 400, "The body is not UTF-8."),
        ({}, b"a=%ff", 400, "A form field is not UTF-8."),
        ({}, b"&".join(b"a=b" for _ in range(600)), 400, "The form has more than 500 fields."),
        ({"Content-Encoding": "gzip"}, b"a=b", 415, "The body is compressed; TaskRouter sends it plain."),
        ({"Content-Type": "text/plain"}, b"a=b", 415, "The body is neither a form nor JSON (Content-Type)."),
    ],
)
def test_broken_requests_get_one_clear_answer(change: dict[str, str], body: bytes, status: int, said: str) -> None:
    """Oversized, cut off, wrongly encoded and foreign bodies get one sentence each, whoever signed them."""
    callbacks, seen = watched()
    headers = {"Content-Type": FORM, "X-Twilio-Signature": "x", **change}
    reply = callbacks.handle(URL, headers, body)
    assert (reply.status, reply.body.decode()) == (status, said + "\n")
    assert seen == []


def test_deep_json_is_refused() -> None:
    """JSON nested beyond measure is refused, not followed."""
    callbacks, seen = watched()
    body = b"[" * 100_000
    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    reply = both(callbacks, signed(body, url=url, kind="application/json"))
    assert (reply.status, reply.body, seen) == (400, b"The body is no JSON.\n", [])


@pytest.mark.parametrize("value", ["[]", "7", '"text"', "{", "null", "[" * 50_000], ids=lambda value: value[:6])
@pytest.mark.parametrize("name", ["TaskAttributes", "WorkerAttributes"])
def test_attributes_that_are_no_object(name: str, value: str, caplog: pytest.LogCaptureFixture) -> None:
    """An assignment gets the fallback and a line in the log, an event gets 400, and no handler sees either."""
    callbacks, seen = watched(fallback=Accept())
    reply = both(callbacks, form({**ASSIGNMENT, name: value}))
    assert (reply.status, reply.body) == (200, b'{"instruction":"accept"}')
    assert f"Attributes of reservation {WR} cannot be used" in caplog.text
    refusal = both(callbacks, form({**EVENT, name: value}))
    assert (refusal.status, refusal.body) == (400, f"{name} is no JSON object.\n".encode())
    assert seen == []


@pytest.mark.parametrize(
    ("length", "status"), [("3", 400), ("999999", 400), ("-1", 400), ("²", 400), ("", 200), ("1e3", 400), ("0x10", 400)]
)
def test_a_length_that_is_not_the_bodys(length: str, status: int) -> None:
    """A body that was cut off, or whose length is no number, gets 400; without a length it is what it is."""
    callbacks, _ = watched()
    url, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, {**headers, "Content-Length": length}, body)).status == status


@pytest.mark.parametrize(
    "url",
    ["", "/taskrouter", "http://[::1", "http://a:b/", "http://a:99999/", "http://a:0/", "//", "http:///x", "\ud800"],
)
def test_what_is_no_url(url: str) -> None:
    """A URL that cannot be read (a forged Host header) gets 400, not an exception; no handler runs."""
    callbacks, seen = watched()
    _, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, headers, body)).status in {400, 403}
    loopback = Callbacks(unsigned=True)
    assert both(loopback, (url, headers, body)).status in {400, 403}
    assert seen == []


@pytest.mark.parametrize("signature", ["é", "\ud800", "x" * 100_000, "=", "\x00"])
def test_signatures_of_other_worlds(signature: str) -> None:
    """A signature of strange characters is a wrong signature."""
    callbacks, seen = watched()
    url, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, {**headers, "X-Twilio-Signature": signature}, body)).status == 403
    assert seen == []


texts = st.text(max_size=30) | st.sampled_from(["", URL, FORM, "application/json", "identity", "gzip", "0", "10"])
names = st.sampled_from(
    ["Content-Type", "Content-Length", "Content-Encoding", "X-Twilio-Signature", "Host", "X-Forwarded-For"]
) | st.text(max_size=10)


@given(url=texts, headers=st.dictionaries(names, texts), body=st.binary(max_size=200), client=st.none() | texts)
def test_whatever_comes_in_is_answered(url: str, headers: dict[str, str], body: bytes, client: str | None) -> None:
    """Law: nothing that comes in raises, and nothing unsigned reaches a handler."""
    callbacks, seen = watched()
    reply = callbacks.handle(url, headers, body, client=client)
    assert 400 <= reply.status < 500
    assert reply.body.endswith(b"\n")
    assert seen == []
    loopback = Callbacks(unsigned=True)
    assert loopback.handle(url, headers, body, client=client).status in {200, 204, *range(400, 500)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
field_names = st.sampled_from([*ASSIGNMENT, *EVENT, "event_data", "specversion", "data", "type", "payload"])


@given(st.dictionaries(field_names | st.text(max_size=8), json_values))
def test_whatever_is_signed_is_answered(payload: dict[str, Any]) -> None:
    """Law: any signed JSON object gets an answer; a handler that ran got the payload whole."""
    callbacks, seen = watched(seen=None)
    reply = callbacks.handle(*signed_json(payload))
    assert reply.status in {200, 204, 400}
    for each in seen:
        assert each.payload == payload
        assert str(payload.get("TaskAttributes")) not in repr(each) or "TaskAttributes" not in payload


CANARY = "canary-7f3a"


@pytest.mark.parametrize("way", ["handle", "ahandle"])
def test_no_canary_sings(way: str, caplog: pytest.LogCaptureFixture) -> None:
    """Attributes, form values, query values, tokens, signatures and exception texts are never logged nor answered."""
    caplog.set_level(logging.DEBUG)
    callbacks = Callbacks([CANARY + "-token", TOKEN], fallback=Accept())

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        raise ValueError(f"{assignment.worker} {assignment.task} {assignment.payload}")

    @callbacks.on(Event)
    async def every(event: Event) -> None:
        raise KeyError(str(event.payload))

    attributes = json.dumps({"name": CANARY})
    people = {"TaskAttributes": attributes, "WorkerAttributes": attributes, "WorkerName": CANARY, CANARY: CANARY}
    url = f"https://user:{CANARY}@support.example/x?key={CANARY}"
    requests = [
        form({**ASSIGNMENT, **people}),
        form({**ASSIGNMENT, **people, "WorkerAttributes": f'["{CANARY}"]', "ReservationSid": CANARY}),
        form({**ASSIGNMENT, **people, "WorkerAttributes": CANARY}),
        form({**EVENT, **people, "Sid": CANARY, "TaskSid": CANARY, "WorkerSid": CANARY}),
        form({**EVENT, **people, "TaskAttributes": CANARY}),
        form({**EVENT, "EventType": CANARY, **people}),
        form({**ASSIGNMENT, **people, "WorkflowSid": CANARY}, token="another", url=url),
        form({**ASSIGNMENT, **people}, url=url),
        (URL, {"Content-Type": FORM, "X-Twilio-Signature": CANARY}, CANARY.encode()),
        (URL, {"Content-Type": CANARY, "X-Twilio-Signature": CANARY}, b"x"),
        (url, {"Content-Type": FORM, "Content-Length": CANARY}, b"x"),
        (url, {"Content-Type": FORM, "Content-Encoding": CANARY, "X-Twilio-Signature": "x"}, b"x"),
    ]
    answers = [
        callbacks.handle(*request) if way == "handle" else asyncio.run(callbacks.ahandle(*request))
        for request in requests
    ]
    said = caplog.text + "".join(reply.body.decode() for reply in answers)
    assert len(caplog.records) >= 10
    assert CANARY not in said
    assert TOKEN not in said
    assert "support.example" in said
    assert all(record.exc_info is None for record in caplog.records)
