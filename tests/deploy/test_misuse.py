"""What a newcomer without a type checker passes by mistake is one clear error, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support_center import Call, center

from taskrouter_kit import AsyncTaskRouter, TaskRouter
from taskrouter_kit.errors import InvalidDeclaration


@pytest.mark.parametrize(
    ("misuse", "said"),
    [
        (lambda router: router.plan("Support Center"), "Expected a declared Workspace; got a str."),
        (lambda router: router.apply("Support Center"), "Expected a declared Workspace; got a str."),
        (lambda router: router.apply(None), "Expected a declared Workspace; got a NoneType."),
        (lambda router: TaskRouter("AC0"), "Expected a twilio.rest.Client; got a str."),
        (lambda router: AsyncTaskRouter("AC0"), "Expected a twilio.rest.Client; got a str."),
        (
            lambda router: router.workspace("Support Center").tasks.create(Call, workflow="Support Routing"),
            "Attributes are a JSON object; got the class Call.",
        ),
    ],
)
def test_what_is_wanted_is_said(misuse: Callable[[Any], Any], said: str) -> None:
    """The kind of thing, not an attribute that some other kind does not have."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        with pytest.raises(InvalidDeclaration) as refused:
            misuse(taskrouter)
    assert str(refused.value).startswith(said)
    assert "hint: " in str(refused.value)
