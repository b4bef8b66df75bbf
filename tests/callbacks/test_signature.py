"""Signatures: nothing unsigned reaches a handler, and whoever is refused learns which URL was checked."""

from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256
from typing import Any

import pytest
from twilio import request_validator
from twilio.request_validator import RequestValidator

from callbacks_requests import ASSIGNMENT, TOKEN, URL, form, signed_json
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Instruction


def made(*tokens: str, **options: Any) -> tuple[Callbacks, list[Any]]:
    options.setdefault("auth_token", tokens or TOKEN)
    callbacks = Callbacks(**options)
    seen: list[Any] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        seen.append(assignment)
        return Accept()

    return callbacks, seen


def test_a_forged_signature_is_refused() -> None:
    """A signature by another token gets 403 with the URL that was checked, and no handler runs."""
    callbacks, seen = made()
    reply = callbacks.handle(*form(ASSIGNMENT, token="another", url=URL + "?key=secret"))
    assert (reply.status, reply.body.decode()) == (
        403,
        "The signature is not one of this account's; checked for "
        "https://support.example/taskrouter/assignment?key=… [bad-signature]. "
        "If Twilio calls another URL, state it: Callbacks(public_url=…).\n",
    )
    assert seen == []


def test_changed_and_missing_signatures_are_refused() -> None:
    """A changed body, a changed URL and a missing signature get 403."""
    callbacks, seen = made()
    url, headers, body = form(ASSIGNMENT)
    changed = body.replace(b"TaskPriority=10", b"TaskPriority=99")
    assert callbacks.handle(url, headers, changed).status == 403
    assert callbacks.handle(url + "?a=b", headers, body).status == 403
    del headers["X-Twilio-Signature"]
    assert callbacks.handle(url, headers, body).status == 403
    assert seen == []


def test_a_token_is_rotated_without_a_gap() -> None:
    """While a token is rotated, signatures by the old and the new one are taken."""
    callbacks, seen = made("old", "new")
    for token in ("old", "new"):
        assert callbacks.handle(*form(ASSIGNMENT, token=token)).status == 200
    assert callbacks.handle(*form(ASSIGNMENT, token="third")).status == 403
    assert len(seen) == 2


def test_headers_are_found_in_any_case_and_as_pairs() -> None:
    """Header names have no case, and may come as pairs."""
    callbacks, _ = made()
    url, headers, body = form(ASSIGNMENT)
    assert callbacks.handle(url, {name.upper(): value for name, value in headers.items()}, body).status == 200
    assert callbacks.handle(url, list(headers.items()), body).status == 200


def test_the_public_url_is_what_is_checked() -> None:
    """Behind a proxy that ends TLS and strips a prefix, the stated public URL makes the signature match."""
    public = "https://public.example/gateway/taskrouter/assignment?x=1"
    _, headers, body = form(ASSIGNMENT, url=public)
    inside = "http://10.0.0.7:8080/taskrouter/assignment?x=1"
    refusing, _ = made()
    assert refusing.handle(inside, headers, body).status == 403
    accepting, _ = made(public_url="https://public.example/gateway")
    assert accepting.handle(inside, headers, body).status == 200


@pytest.mark.parametrize("url", ["https://support.example:443/x", "https://support.example:8443/x"])
def test_ports_may_be_in_the_url_or_not(url: str) -> None:
    """A signature over the URL with or without the port matches."""
    callbacks, _ = made()
    _, headers, body = form(ASSIGNMENT, url=url)
    assert callbacks.handle(url, headers, body).status == 200
    if ":443" in url:
        assert callbacks.handle(url.replace(":443", ""), headers, body).status == 200


def test_the_newer_algorithm_is_checked() -> None:
    """A request that names HMAC-SHA256 is checked by it, where the SDK can; one that names nonsense is refused."""
    callbacks, _ = made()
    url, headers, body = form(ASSIGNMENT)
    headers["X-Twilio-Webhooks-Signature-Settings"] = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    assert callbacks.handle(url, headers, body).status == 403
    covered = url + "".join(name + value for name, value in sorted(ASSIGNMENT.items()))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), covered.encode(), sha256).digest()).decode()
    reply = callbacks.handle(url, {**headers, "X-Twilio-Signature": signature}, body)
    if hasattr(request_validator, "get_signature_algorithm"):
        assert reply.status == 200
    else:
        assert b"The installed SDK cannot check X-Twilio-Webhooks-Signature-Settings" in reply.body
    nonsense = {**headers, "X-Twilio-Webhooks-Signature-Settings": "algorithm=ROT13"}
    assert callbacks.handle(url, nonsense, body).status == 403


def test_json_needs_its_hash() -> None:
    """A JSON body is taken when the signed URL carries its hash; changed, or without the hash, it is refused."""
    callbacks, _ = made()
    url, headers, body = signed_json({"specversion": "1.0", "type": "x", "data": {}})
    assert callbacks.handle(url, headers, body).status == 204
    assert callbacks.handle(url, headers, body + b" ").status == 403
    plain = {**headers, "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(URL, {})}
    assert callbacks.handle(URL, plain, body).status == 403


def test_unsigned_is_for_loopback_only() -> None:
    """Without a token, requests are taken on the loopback interface and nowhere else: no proxy, no website's page."""
    callbacks, seen = made(unsigned=True, auth_token=())
    _, headers, body = form(ASSIGNMENT)
    del headers["X-Twilio-Signature"]
    assert callbacks.handle("http://127.0.0.1:5000/x", headers, body, client="127.0.0.1").status == 200
    assert callbacks.handle("http://localhost/x", headers, body).status == 200
    assert callbacks.handle("http://[::1]:8000/x", headers, body, client="::ffff:127.0.0.1").status == 200
    for url, client, more in (
        (URL, "127.0.0.1", {}),
        ("http://127.0.0.1.support.example/x", "127.0.0.1", {}),
        ("http://localhost/x", "10.0.0.1", {}),
        ("http://localhost/x", "::ffff:10.0.0.1", {}),
        ("http://localhost/x", "127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("http://localhost/x", "127.0.0.1", {"X-Forwarded-Proto": "https"}),
        ("http://localhost/x", "127.0.0.1", {"Via": "1.1 proxy"}),
        ("http://localhost/x", "127.0.0.1", {"Origin": "https://elsewhere.example"}),
    ):
        assert callbacks.handle(url, {**headers, **more}, body, client=client).status == 403
    assert len(seen) == 3


def test_a_refused_url_does_not_steer_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever calls chooses the URL: the log and the answer show it on one line, in plain letters, not too long."""
    callbacks, _ = made()
    reply = callbacks.handle("https://support.example/\x1b[2J\r\nERROR all is lost" + "x" * 5000, {}, b"")
    assert reply.status == 403
    for text in (reply.body.decode(), caplog.records[-1].getMessage()):
        assert "https://support.example/?[2J" in text
        assert text.rstrip("\n").isprintable()
        assert len(text) < 800


def test_the_log_has_no_values(caplog: pytest.LogCaptureFixture) -> None:
    """What is refused is logged without attributes, query values, tokens or signatures."""
    callbacks, _ = made()
    callbacks.handle(*form(ASSIGNMENT, token="another", url=URL.replace("//", "//user:pass@") + "?key=secret"))
    assert "bad-signature" in caplog.text
    for secret in ("billing", "secret", "pass", TOKEN, json.dumps(ASSIGNMENT)):
        assert secret not in caplog.text
