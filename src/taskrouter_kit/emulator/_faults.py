"""Twilio-shaped errors: the one place that knows status, code and wording of a refusal of the HTTP skin.

The rules of the domain live in the engine, which raises its own refusals; the backend turns both into the same body.
"""

from __future__ import annotations

from taskrouter_kit.emulator._json_text import encode
from taskrouter_kit.emulator._messages import Reply


class Fault(Exception):
    """A refusal on its way out: HTTP ``status``, Twilio ``code`` and ``message``."""

    def __init__(self, status: int, code: int, message: str, *, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def reply(self) -> Reply:
        """Return the answer that the service would give."""
        # Observed: resources.md section 1; body of an error
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return Reply(self.status, encode(body), self.headers)


def invalid(message: str) -> Fault:
    """A request that is refused for what it says."""
    # Observed: limits-errors-gotchas.md section 3.1; nearly every validation error is 400 with code 20001
    return Fault(400, 20001, message)


def missing(name: str) -> Fault:
    """A required parameter was not sent."""
    # Observed: limits-errors-gotchas.md section 3.1; "WorkflowSid field is required"
    return invalid(f"{name} field is required")


def not_found(path: str) -> Fault:
    """No such resource; *path* is the request's path without the version."""
    # Observed: resources.md section 1.4; malformed SIDs are answered in the same way
    return Fault(404, 20404, f"The requested resource {path.removeprefix('/v1')} was not found")


def wrong_method(method: str) -> Fault:
    """The path exists, the method does not."""
    # Documented: resources.md section 1.4
    return Fault(405, 20004, f"Method not allowed: {method}")


def unauthorized() -> Fault:
    """No credentials, or wrong ones."""
    # Documented: resources.md section 1.4
    challenge = (("WWW-Authenticate", 'Basic realm="Twilio API"'),)
    return Fault(401, 20003, "Authenticate", headers=challenge)


def absolute_paging() -> Fault:
    """``Page`` without ``PageToken``."""
    # Documented: limits-errors-gotchas.md section 1; refused since 2021-12-01
    return Fault(400, 40153, "Absolute paging is not supported: follow next_page_url instead of sending Page")


def stale_version(expected: str, found: int) -> Fault:
    """``If-Match`` names another version."""
    # Inferred: limits-errors-gotchas.md section 3.1; the status is recorded, code and message are not
    return Fault(412, 20412, f"If-Match {expected} does not match the current version {found}")


def too_many_requests(message: str = "Too Many Requests") -> Fault:
    """The request was not processed; it may be sent again."""
    # Documented: limits-errors-gotchas.md section 3.1
    return Fault(429, 20429, message, headers=(("Retry-After", "1"),))


def broken() -> Fault:
    """The emulator itself failed."""
    # Decided: a failure of ours is answered in the shape of all errors; what it was is in the log and the admin state
    return Fault(500, 20500, "The emulator failed: its log says how")


def not_kept(why: str, *, carried_out: bool) -> Fault:
    """The store cannot be written, and what it has not got is not acknowledged."""
    # Decided: 500 when the change was made and could not be kept, 503 when nothing was done
    if carried_out:
        return Fault(500, 20500, f"The change was made and could not be kept: {why}")
    return Fault(503, 20503, f"Nothing was done: {why}")
