"""Tokens for a worker's browser: the SDK's JWT classes behind typed, keyword-only functions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._sids import AccountSid, WorkerSid, WorkspaceSid, looks_like_sid
from taskrouter_kit.errors import InvalidDeclaration


def worker_capability_token(
    *,
    account_sid: AccountSid | str,
    auth_token: str,
    workspace_sid: WorkspaceSid | str,
    worker_sid: WorkerSid | str,
    ttl: int | timedelta = 3600,
    update_activities: bool = False,
    update_reservations: bool = False,
) -> str:
    """Return a signed token with which a browser acts as one worker, for *ttl* seconds (or a ``timedelta``).

    It reads activities, tasks and the worker's reservations; the two flags let it also change them.
    """
    from twilio.jwt.taskrouter.capabilities import WorkerCapabilityToken

    _check(account_sid=(account_sid, "AC"), workspace_sid=(workspace_sid, "WS"), worker_sid=(worker_sid, "WK"))
    token: Any = WorkerCapabilityToken(  # Any: the SDK is untyped
        account_sid,
        auth_token,
        workspace_sid,
        worker_sid,
        ttl=_seconds(ttl),
        allow_update_activities=update_activities,
        allow_update_reservations=update_reservations,
    )
    return str(token.to_jwt())


def worker_access_token(
    *,
    account_sid: AccountSid | str,
    key_sid: str,
    secret: str,
    identity: str,
    workspace_sid: WorkspaceSid | str,
    worker_sid: WorkerSid | str,
    ttl: int | timedelta = 3600,
    role: str = "worker",
) -> str:
    """Return a signed access token with the TaskRouter grant, for *ttl* seconds (or a ``timedelta``)."""
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import TaskRouterGrant

    _check(
        account_sid=(account_sid, "AC"),
        key_sid=(key_sid, "SK"),
        workspace_sid=(workspace_sid, "WS"),
        worker_sid=(worker_sid, "WK"),
    )
    grant: Any = TaskRouterGrant(workspace_sid=workspace_sid, worker_sid=worker_sid, role=role)
    token: Any = AccessToken(account_sid, key_sid, secret, grants=[grant], identity=identity, ttl=_seconds(ttl))
    return str(token.to_jwt())


def _seconds(ttl: int | timedelta) -> int:
    seconds = int(ttl.total_seconds()) if isinstance(ttl, timedelta) else ttl
    # Inferred: Twilio accepts tokens of at most a day
    if not 1 <= seconds <= 86_400:
        raise InvalidDeclaration(Diagnostic("token-lifetime", f"A token lives 1 to 86,400 seconds; got {seconds}."))
    return seconds


def _check(**sids: tuple[str, str]) -> None:
    wrong = [f"{name} begins with {prefix}" for name, (sid, prefix) in sids.items() if not looks_like_sid(sid, prefix)]
    if wrong:
        raise InvalidDeclaration([Diagnostic("wrong-sid", f"No such SID: {each} and 32 hex digits.") for each in wrong])
