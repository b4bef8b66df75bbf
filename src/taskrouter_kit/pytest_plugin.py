"""Fixtures for tests of code that uses TaskRouter; the work is in ``taskrouter_kit.testing``.

``taskrouter_emulator``  a TaskRouter in this process, empty at the start of every test
``taskrouter_client``    the official ``twilio`` client in front of it
``virtual_clock``        its clock

Override ``taskrouter_emulator_options`` (in a conftest, a module or a class) to configure it. Every process of
pytest-xdist has its own; asynchronous tests use it as it is. Loading the plugin imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from taskrouter_kit.emulator._clocks import Clock
    from taskrouter_kit.testing import Emulator


@pytest.fixture(scope="session")
def taskrouter_emulator_options() -> Mapping[str, Any]:  # Any: each option has its own type
    """Keyword arguments of :class:`taskrouter_kit.testing.Emulator`. Override it to change them."""
    return {}


@pytest.fixture
def taskrouter_emulator(taskrouter_emulator_options: Mapping[str, Any]) -> Iterator[Emulator]:  # Any: as above
    """Return an empty TaskRouter on virtual time that starts at the same moment in every test."""
    from taskrouter_kit.testing import Emulator

    emulator = Emulator(**taskrouter_emulator_options)
    yield emulator
    emulator.backend.close()


@pytest.fixture
def taskrouter_client(taskrouter_emulator: Emulator) -> Any:  # Any: a twilio.rest.Client; the SDK has no types
    """Return the official client of ``taskrouter_emulator``."""
    return taskrouter_emulator.client


@pytest.fixture
def virtual_clock(taskrouter_emulator: Emulator) -> Clock:
    """Return the clock of ``taskrouter_emulator``; ``taskrouter_emulator.advance(seconds=…)`` moves it."""
    return taskrouter_emulator.clock
