"""What Callbacks is given: what could not work is refused when it is stated, all of it at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from callbacks.answering import made
from callbacks_requests import TOKEN
from taskrouter_kit.callbacks import Callbacks, Reject, Supervise
from taskrouter_kit.errors import InvalidDeclaration


@pytest.mark.parametrize("deadline", [0, 5, -1, 60])
def test_a_deadline_beyond_the_services_is_refused(deadline: float) -> None:
    """A deadline the service would not wait for cannot be configured."""
    with pytest.raises(InvalidDeclaration) as caught:
        made(deadline=deadline)
    assert str(caught.value) == (
        "deadline is more than 0 and less than 5 seconds, when the service gives up; "
        f"got {deadline:g}. [invalid-deadline]"
    )


def test_a_deadline_may_be_a_timedelta() -> None:
    """Deadlines are seconds or timedeltas, each below the service's own."""
    made(deadline=timedelta(seconds=4.5), event_deadline=timedelta(seconds=14))
    with pytest.raises(InvalidDeclaration, match="event_deadline is more than 0 and less than 15 seconds"):
        made(event_deadline=timedelta(minutes=1))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """What the environment did not have, numbers of the wrong kind and misspelt choices: one error, at the start."""
    wrong: dict[str, Any] = {
        "auth_token": None,
        "deadline": "4",
        "event_deadline": True,
        "workers": 0,
        "misfit": "ignore",
        "default": "reject",
        "fallback": Supervise(supervisor="WK" + "1" * 32, mode="barge"),
    }
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(**wrong)
    assert [each.rule for each in caught.value.diagnostics] == [
        "no-auth-token",
        "invalid-deadline",
        "invalid-deadline",
        "invalid-number",
        "invalid-choice",
        "wrong-type",
        "wrong-type",
    ]
    assert "Expected an instruction that answers a callback; got str." in str(caught.value)


def test_a_default_that_cannot_be_sent_is_refused_when_it_is_stated() -> None:
    """A default with an activity nobody knows the SID of fails at start, not at the first late handler."""
    with pytest.raises(InvalidDeclaration, match="unknown-activity-sid"):
        Callbacks(TOKEN, default=Reject(activity="Lunch"))


@pytest.mark.parametrize("token", [b"bytes", 7, ["good", None], [" "], []])
def test_a_token_is_a_text(token: Any) -> None:
    """A token that could check nothing is refused when it is given."""
    with pytest.raises(InvalidDeclaration, match="no-auth-token"):
        Callbacks(token)


@pytest.mark.parametrize("more", [{"auth_token": TOKEN}, {"public_url": "https://support.example"}])
def test_unsigned_with_a_token_is_a_contradiction(more: dict[str, Any]) -> None:
    """A flag that would silently mean nothing, or a token that would, is refused; a blank token is none."""
    with pytest.raises(InvalidDeclaration, match="contradicting-options"):
        Callbacks(unsigned=True, **more)
    Callbacks("", unsigned=True)


def test_a_token_is_needed() -> None:
    """Without a token, and with a blank one, nothing can be built; a repr never shows one."""
    for tokens in ((), "", ["good", " "]):
        with pytest.raises(InvalidDeclaration, match="no-auth-token"):
            Callbacks(tokens)
    callbacks = made()
    assert TOKEN not in repr(callbacks) + repr(vars(callbacks))


@pytest.mark.parametrize(
    "url",
    ["support.example", "ftp://support.example", "https://", "https://:443", "https://support.example:0",
     "https://support.example:99999", "https://support.example/x?a=b", "https://support.example/a b", "https://[::1"],
)  # fmt: skip
def test_a_public_url_that_nobody_can_call_stops_the_start(url: str) -> None:
    """A public URL that could never match a signature is refused when it is stated."""
    with pytest.raises(InvalidDeclaration, match="invalid-url"):
        Callbacks(TOKEN, public_url=url)
