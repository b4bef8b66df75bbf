"""``<Enqueue>``: TwiML with typed attributes."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from twilio.twiml.voice_response import VoiceResponse

from taskrouter_kit import Attr, TaskAttributes
from taskrouter_kit.callbacks import enqueue
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration

WW = "WW" + "1" * 32
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


class Call(TaskAttributes):
    language: Attr[str]


def test_a_call_becomes_a_task() -> None:
    """The attributes are JSON inside the Task noun, escaped by the SDK."""
    twiml = enqueue(Call(language="<es>"), workflow=WW, priority=5, timeout=timedelta(minutes=2))
    assert twiml == (
        f'{HEAD}<Response><Enqueue workflowSid="{WW}"><Task priority="5" timeout="120">'
        '{"language":"&lt;es&gt;"}</Task></Enqueue></Response>'
    )


def test_it_goes_behind_what_was_said() -> None:
    """A response that already says something keeps it."""
    response = VoiceResponse()
    response.say("Hello")
    twiml = enqueue({}, workflow=WW, wait_url="https://a.example/wait", into=response)
    assert twiml == (
        f'{HEAD}<Response><Say>Hello</Say><Enqueue waitUrl="https://a.example/wait" workflowSid="{WW}">'
        "<Task>{}</Task></Enqueue></Response>"
    )


def test_all_mistakes_come_at_once() -> None:
    """A workflow by name, a negative priority and a timeout of nothing are three problems."""
    with pytest.raises(InvalidDeclaration) as caught:
        enqueue({}, workflow="Support", priority=-1, timeout=0)
    assert [each.rule for each in caught.value.diagnostics] == ["wrong-sid", "invalid-number", "invalid-number"]
    with pytest.raises(InvalidAttributes):
        enqueue({"long": "x" * 5000}, workflow=WW)


def test_the_urls_have_methods() -> None:
    """How the URLs are fetched can be said; nothing but GET and POST."""
    twiml = enqueue({}, workflow=WW, action="/done", method="GET", wait_url="/wait", wait_url_method="POST")
    verb = ElementTree.fromstring(twiml)[0]
    assert verb.attrib == {
        "workflowSid": WW, "action": "/done", "method": "GET", "waitUrl": "/wait", "waitUrlMethod": "POST",
    }  # fmt: skip
    with pytest.raises(InvalidDeclaration, match="Expected 'GET' or 'POST'; got 'put'"):
        enqueue({}, workflow=WW, wait_url_method="put")  # type: ignore[arg-type]
