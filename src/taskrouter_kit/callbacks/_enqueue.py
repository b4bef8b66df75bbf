"""``<Enqueue>``: the TwiML that makes a task of a call, with typed attributes, over the SDK's classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import encode_attributes
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._schema import TaskAttributes
from taskrouter_kit.models._declare_problems import PRIORITY_LIMIT, Problems, seconds


def enqueue(
    attributes: TaskAttributes | Mapping[str, Any],  # Any: a JSON mapping
    *,
    workflow: object,
    priority: int | None = None,
    timeout: int | timedelta | None = None,
    action: str | None = None,
    method: Literal["GET", "POST"] | None = None,
    wait_url: str | None = None,
    wait_url_method: Literal["GET", "POST"] | None = None,
    into: Any = None,  # Any: the SDK is not typed; a VoiceResponse
) -> str:
    """Return TwiML that enqueues the call as a task of *workflow* (its SID, or the returned WorkflowResource).

    *timeout* is the task's, in seconds. The service adds ``call_sid``, ``from``, ``to`` and more to the attributes.
    *into* is a ``VoiceResponse`` that already says something; the verb goes behind it. Raises
    :class:`InvalidDeclaration` with all that is wrong.
    """
    sid: object = getattr(workflow, "sid", workflow)
    problems = Problems("enqueue")
    if not isinstance(sid, str) or not looks_like_sid(sid, "WW"):
        problems.add("wrong-sid", "Expected the SID of a workflow (WW and 32 hex digits).", field="workflow")
    if priority is not None:
        problems.integer(priority, field="priority", low=0, high=PRIORITY_LIMIT)
    if timeout is not None:
        problems.integer(seconds(timeout), field="timeout", low=1, high=None, unit="seconds")
    for name, value in (("action", action), ("wait_url", wait_url)):
        if value == "":
            problems.found.append(Diagnostic("invalid-url", f"{name} is a URL, or is left out."))
    for name, verb in (("method", method), ("wait_url_method", wait_url_method)):
        if verb not in (None, "GET", "POST"):
            problems.add("invalid-choice", f"Expected 'GET' or 'POST'; got {verb!r}.", field=name)
    if problems.found:
        raise InvalidDeclaration(problems.found)
    from twilio.twiml.voice_response import VoiceResponse

    response: Any = VoiceResponse() if into is None else into
    options = {
        "workflow_sid": sid,
        "action": action,
        "method": method,
        "wait_url": wait_url,
        "wait_url_method": wait_url_method,
    }
    queued = response.enqueue(None, **{name: value for name, value in options.items() if value is not None})
    task = {"priority": priority, "timeout": seconds(timeout)}
    queued.task(encode_attributes(attributes), **{name: value for name, value in task.items() if value is not None})
    return str(response)
