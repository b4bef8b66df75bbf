"""What the engine refuses: HTTP status, Twilio code and message; nothing has changed when one is raised."""

from __future__ import annotations


class Refused(Exception):
    """A command that the rules of the domain do not allow."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message


def refused(message: str) -> Refused:
    """The usual refusal."""
    # Observed: limits-errors-gotchas.md section 3.1; nearly every validation or state error is 400 with code 20001
    return Refused(400, 20001, message)


def gone(message: str) -> Refused:
    """A reservation that was rescinded."""
    # Documented: resources.md section 10; accepting a rescinded Reservation answers 410
    # Inferred: limits-errors-gotchas.md section 3.1; the code is 20410
    return Refused(410, 20410, message)


def not_found(path: str) -> Refused:
    """What a command is about is not there; *path* is where it would be."""
    # Observed: resources.md section 1.4; as for a request of that path
    return Refused(404, 20404, f"The requested resource {path} was not found")


def no_such(kind: str, sid: str, where: str) -> Refused:
    """A SID in a parameter that names nothing in its workspace."""
    # Observed: resources.md section 1.4; "ActivitySid WA… was not found for"
    return refused(f"{kind} {sid} was not found for workspace {where}")
