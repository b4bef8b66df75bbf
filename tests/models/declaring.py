"""Two queues to declare with, and what a refused declaration says."""

from __future__ import annotations

from typing import Any

import pytest

from taskrouter_kit import TaskQueue, every_worker
from taskrouter_kit.errors import InvalidDeclaration

QUEUE = TaskQueue("Billing", every_worker())
OTHER = TaskQueue("Other", every_worker())


def refused(build: Any) -> str:
    """Return the whole text of the refusal."""
    with pytest.raises(InvalidDeclaration) as caught:
        build()
    return str(caught.value)
