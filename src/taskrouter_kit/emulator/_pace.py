"""The rate limits that the service publishes, as an option: so many requests a second, counted on the clock."""

from __future__ import annotations

from collections import deque
from typing import Final

from taskrouter_kit.emulator._faults import too_many_requests
from taskrouter_kit.emulator._messages import Request

#: Operation -> the parameter that makes it expensive, and how many requests a second there may be.
# Documented: limits-errors-gotchas.md section 2
_LIMITS: Final = {
    "ListTask": ("EvaluateTaskAttributes", 3),
    "ListWorker": ("TargetWorkersExpression", 3),
    "ListTaskQueue": ("EvaluateWorkerAttributes", 3),
    "CreateTaskQueueBulkRealTimeStatistics": (None, 5),
}


class PublishedLimits:
    """Counts the expensive requests of the last second."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[int]] = {}

    def check(self, operation: str, request: Request, now: int) -> None:
        """Refuse *request* with 429 when the last second had as many as are allowed; it is not processed."""
        parameter, most = _LIMITS.get(operation, (None, 0))
        if not most or (parameter is not None and all(name != parameter for name, _ in request.query)):
            return
        seen = self._seen.setdefault(operation, deque())
        while seen and seen[0] <= now - 1000:
            seen.popleft()
        if len(seen) >= most:
            raise too_many_requests()
        seen.append(now)
