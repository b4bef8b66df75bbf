"""Values as the service writes them: enums that may grow, and points in time."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from enum import Enum


class OpenEnum(str, Enum):
    """An enum of texts that also takes what the service adds later; members equal their texts."""

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value.upper()
        member._value_ = value
        return member

    def __str__(self) -> str:
        return str(self.value)


def read_datetime(text: str) -> datetime:
    """Return an ISO 8601 text as an aware datetime in UTC; one without an offset is in UTC."""
    if sys.version_info < (3, 11) and text.endswith("Z"):
        text = text[:-1] + "+00:00"  # Python 3.10 reads no Z
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is timezone.utc:
        return moment
    return moment.astimezone(timezone.utc) if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def write_datetime(moment: datetime) -> str:
    """Return *moment* in UTC as the service writes it; a naive one raises ``ValueError``: nobody knows when it is.

    The service has whole seconds: the second that *moment* is in.
    """
    if moment.tzinfo is None:
        raise ValueError("A point in time needs a time zone: for example datetime(…, tzinfo=timezone.utc).")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
