"""Moments in answers: ISO 8601 in UTC, whole seconds."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache


def iso(moment_ms: int) -> str:
    """Return *moment_ms* (milliseconds since 1970) as ``YYYY-MM-DDTHH:MM:SSZ``; fractions are cut off."""
    # Documented: resources.md section 1; dates
    return _iso_of_second(moment_ms // 1000)


@lru_cache(maxsize=4096)
def _iso_of_second(second: int) -> str:
    moment = datetime.fromtimestamp(second, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment.year >= 1000 else moment.isoformat().replace("+00:00", "Z")


def iso_or_none(moment_ms: int | None) -> str | None:
    """Return :func:`iso` of *moment_ms*, or None where there is none."""
    return None if moment_ms is None else iso(moment_ms)
