"""Requests that nobody should send: one clear answer each, no handler called, nothing logged that should not be."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from callback_servers import lambda_event
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, URL, form, signed_json
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Event, Instruction, Reply, aws_lambda

FORM = "application/x-www-form-urlencoded"
KIND = (b"content-type", FORM.encode())


def made(**options: Any) -> tuple[Callbacks, list[Any]]:
    callbacks = Callbacks(TOKEN, **options)
    seen: list[Any] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        seen.append(assignment)
        return Accept()

    callbacks.on(Event)(seen.append)
    return callbacks, seen


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


NOT_AN_OBJECT = [
    ("TaskAttributes", "[]"),
    ("TaskAttributes", "7"),
    ("WorkerAttributes", '"text"'),
    ("WorkerAttributes", "{"),
    ("TaskAttributes", "[" * 30_000),
    ("WorkerAttributes", "null"),
]

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
]
JSON_BODY = b'{"EventType": '
BROKEN.append(
    (
        "JSON cut off",
        signed(JSON_BODY, url=signed_json(0)[0].partition("?")[0], kind="application/json"),
        403,
        "The URL's bodySHA256 is missing or is not that of the body",
    )
)


@pytest.mark.parametrize(("request_", "status", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_each_broken_request_has_its_answer(request_: Any, status: int, said: str) -> None:
    """Signed by the account and still wrong: one sentence, and no handler."""
    callbacks, seen = made()
    reply = both(callbacks, request_)
    assert (reply.status, said in reply.body.decode()) == (status, True)
    assert reply.body.count(b"\n") == 1
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert seen == []


def test_deep_json_is_refused() -> None:
    """JSON nested beyond measure is refused, not followed."""
    callbacks, seen = made()
    body = b"[" * 100_000
    from hashlib import sha256

    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    reply = both(callbacks, signed(body, url=url, kind="application/json"))
    assert (reply.status, reply.body, seen) == (400, b"The body is no JSON.\n", [])


@pytest.mark.parametrize(("name", "value"), NOT_AN_OBJECT)
def test_attributes_that_are_no_object(name: str, value: str) -> None:
    """An assignment gets the fallback, an event 400: no handler sees attributes that are no object."""
    callbacks, seen = made(fallback=Accept())
    reply = both(callbacks, form({**ASSIGNMENT, name: value}))
    assert (reply.status, reply.body) == (200, b'{"instruction":"accept"}')
    refusal = both(callbacks, form({**EVENT, name: value}))
    assert (refusal.status, refusal.body) == (400, f"{name} is no JSON object.\n".encode())
    assert seen == []


@pytest.mark.parametrize(
    ("length", "status"), [("3", 400), ("999999", 400), ("-1", 400), ("²", 400), ("", 200), ("1e3", 400), ("0x10", 400)]
)
def test_a_length_that_is_not_the_bodys(length: str, status: int) -> None:
    """A body that was cut off, or whose length is no number, gets 400; without a length it is what it is."""
    callbacks, _ = made()
    url, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, {**headers, "Content-Length": length}, body)).status == status


@pytest.mark.parametrize(
    "url",
    ["", "/taskrouter", "http://[::1", "http://a:b/", "http://a:99999/", "http://a:0/", "//", "http:///x", "\ud800"],
)
def test_what_is_no_url(url: str) -> None:
    """A URL that cannot be read (a forged Host header) gets 400, not an exception; no handler runs."""
    callbacks, seen = made()
    _, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, headers, body)).status in {400, 403}
    loopback = Callbacks(unsigned=True)
    assert both(loopback, (url, headers, body)).status in {400, 403}
    assert seen == []


@pytest.mark.parametrize("signature", ["é", "\ud800", "x" * 100_000, "=", "\x00"])
def test_signatures_of_other_worlds(signature: str) -> None:
    """A signature of strange characters is a wrong signature."""
    callbacks, seen = made()
    url, headers, body = form(ASSIGNMENT)
    assert both(callbacks, (url, {**headers, "X-Twilio-Signature": signature}, body)).status == 403
    assert seen == []


# -- the adapters ----------------------------------------------------------------------------------------------------


def environ(**changes: Any) -> dict[str, Any]:
    _, headers, body = form(ASSIGNMENT)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/taskrouter/assignment",
        "QUERY_STRING": "",
        "HTTP_HOST": "support.example",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers["Content-Type"],
        "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "200 OK"),
        ({"REQUEST_METHOD": "GET"}, "405 Method Not Allowed"),
        ({"REQUEST_METHOD": "PUT"}, "405 Method Not Allowed"),
        ({"CONTENT_LENGTH": "²"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "-1"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "300000"}, "413 "),
        ({"CONTENT_LENGTH": "100000"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": ""}, "403 Forbidden"),
        ({"CONTENT_TYPE": ""}, "415 Unsupported Media Type"),
        ({"HTTP_HOST": "support.example:port"}, "400 Bad Request"),
        ({"PATH_INFO": "/elsewhere"}, "403 Forbidden"),
        ({"PATH_INFO": "/caf\xc3\xa9"}, "403 Forbidden"),
    ],
)
def test_wsgi(changes: dict[str, Any], status: str) -> None:
    """Methods, lengths and paths under WSGI; a path that was not signed is a wrong signature."""
    callbacks, seen = made()
    started: list[Any] = []
    content = b"".join(callbacks.wsgi()(environ(**changes), lambda *given: started.append(given)))
    ((answered, headers),) = started
    assert answered.startswith(status)
    assert dict(headers).get("Allow") == ("POST" if "405" in status else None)
    assert content
    assert len(seen) == (1 if status == "200 OK" else 0)


@pytest.mark.parametrize(
    ("signed_path", "changes"),
    [
        ("/a%2Fb/it%27s", {"PATH_INFO": "/a/b/it's", "REQUEST_URI": "/a%2Fb/it%27s?x=1"}),
        ("/a%2Fb", {"PATH_INFO": "/b", "SCRIPT_NAME": "/a", "RAW_URI": "https://support.example/a%2Fb"}),
        ("/caf%C3%A9", {"PATH_INFO": "/caf\xc3\xa9", "REQUEST_URI": "/caf\xe9"}),
        ("/behind", {"PATH_INFO": "/behind", "REQUEST_URI": "/in%20front/behind"}),
        ("/", {"PATH_INFO": "/", "REQUEST_URI": ""}),
    ],
)
def test_wsgi_servers_that_keep_the_path_as_it_was_sent(signed_path: str, changes: dict[str, Any]) -> None:
    """WSGI decodes the path; the server's own variable is believed where it says the same path."""
    callbacks, seen = made()
    _, headers, _ = form(ASSIGNMENT, url=f"https://support.example{signed_path}")
    changed = environ(**changes, HTTP_X_TWILIO_SIGNATURE=headers["X-Twilio-Signature"])
    started: list[Any] = []
    callbacks.wsgi()(changed, lambda *given: started.append(given))
    assert (started[0][0], len(seen)) == ("200 OK", 1)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"method": "DELETE"}, 405),
        ({"headers": []}, 403),
        ({"headers": [(b"host", b"[::1"), KIND, (b"x-twilio-signature", b"x")]}, 400),
        ({"headers": [KIND, (b"x-twilio-signature", b"\xff")], "server": None}, 403),
        ({"path": "/else"}, 403),
        ({"query_string": b"\xff"}, 403),
    ],
)
def test_asgi(changes: dict[str, Any], status: int) -> None:
    """Methods, headers and paths under ASGI; bodies that never end are cut off."""
    callbacks, seen = made()
    _, headers, body = form(ASSIGNMENT)
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/taskrouter/assignment",
        "query_string": b"",
        "headers": [(b"host", b"support.example"), *pairs],
        **changes,
    }
    assert _asgi(callbacks, scope, [{"type": "http.request", "body": body}])[0]["status"] == status
    assert len(seen) == (1 if status == 200 else 0)
    endless = [{"type": "http.request", "body": b"x" * 100_000, "more_body": True}] * 10
    if status == 200:
        assert _asgi(callbacks, scope, endless)[0]["status"] == 413
        assert _asgi(callbacks, scope, [endless[0], {"type": "http.disconnect"}])[0]["status"] == 400


def _asgi(callbacks: Callbacks, scope: Any, messages: list[Any]) -> list[Any]:
    waiting, sent = list(messages), []

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(callbacks.asgi()(scope, receive, send))
    return sent


def test_a_websocket_is_refused() -> None:
    """Callbacks are HTTP."""
    with pytest.raises(RuntimeError, match="callbacks are HTTP; got 'websocket'"):
        _asgi(made()[0], {"type": "websocket"}, [])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"body": "not base64 é"}, 400),
        ({"body": "not base64!"}, 400),
        ({"body": "\ud800", "isBase64Encoded": False}, 400),
        ({"body": None}, 400),
        ({"headers": None}, 403),
        ({"headers": {"host": "[::1", "x-twilio-signature": "x", "content-type": FORM}, "rawPath": "/"}, 400),
        ({"requestContext": None}, 405),
        ({"rawPath": "/else"}, 403),
        ({"rawPath": "/\ud800"}, 403),
        ({"rawPath": "/%"}, 403),
        ({"body": base64.b64encode(b"x" * 300_000).decode()}, 413),
    ],
)
def test_lambda(changes: dict[str, Any], status: int) -> None:
    """API Gateway's events with something missing or wrong."""
    callbacks, seen = made(public_url="https://support.example")
    _, headers, body = form(ASSIGNMENT)
    event = lambda_event("http", "/taskrouter/assignment", {**headers, "Host": "support.example"}, body)
    answer = aws_lambda(callbacks)({**event, **changes}, None)
    assert answer["statusCode"] == status
    assert len(seen) == (1 if status == 200 else 0)


# -- anything at all -------------------------------------------------------------------------------------------------

texts = st.text(max_size=30) | st.sampled_from(["", URL, FORM, "application/json", "identity", "gzip", "0", "10"])
names = st.sampled_from(
    ["Content-Type", "Content-Length", "Content-Encoding", "X-Twilio-Signature", "Host", "X-Forwarded-For"]
) | st.text(max_size=10)


@given(url=texts, headers=st.dictionaries(names, texts), body=st.binary(max_size=200), client=st.none() | texts)
def test_whatever_comes_in_is_answered(url: str, headers: dict[str, str], body: bytes, client: str | None) -> None:
    """Law: nothing that comes in raises, and nothing unsigned reaches a handler."""
    callbacks, seen = made()
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
    callbacks, seen = made(seen=None)
    reply = callbacks.handle(*signed_json(payload))
    assert reply.status in {200, 204, 400}
    for each in seen:
        assert each.payload == payload
        assert str(payload.get("TaskAttributes")) not in repr(each) or "TaskAttributes" not in payload


# -- the log ---------------------------------------------------------------------------------------------------------

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
