"""Conditions as Python functions: what the simulator and tests call for every worker and task.

The promise is speed without a second meaning: :func:`compile_condition` and the reference interpreter
(``_evaluate``) agree on every document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from taskrouter_kit.expr._compile_order import order_key as order_key
from taskrouter_kit.expr._compile_order import sort_workers as sort_workers
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.expr._nodes import Node
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

_EMPTY: Final[Mapping[str, object]] = MappingProxyType({})


class Matcher(Protocol):
    """A compiled condition: one worker and one task."""

    def __call__(
        self, worker: Mapping[str, object] = ..., task: Mapping[str, object] = ..., facts: Facts = ..., /
    ) -> bool:
        """Tell whether the condition holds. Never raises on any JSON document."""
        ...


class Filter(Protocol):
    """A compiled condition over many workers."""

    def __call__(
        self, workers: Iterable[Mapping[str, object]], task: Mapping[str, object] = ..., facts: Facts = ..., /
    ) -> list[bool]:
        """Tell for each of *workers*, in their order, whether the condition holds."""
        ...


def compile_condition(condition: Condition[Any] | Node, semantics: Semantics = DEFAULT) -> Matcher:  # Any: every scope
    """Return ``matches(worker, task, facts) -> bool``, all positional with empty defaults."""
    node = condition.node if isinstance(condition, Condition) else condition

    def matches(
        worker: Mapping[str, object] = _EMPTY, task: Mapping[str, object] = _EMPTY, facts: Facts = NO_FACTS, /
    ) -> bool:
        return evaluate(node, worker=worker, task=task, facts=facts, semantics=semantics)

    return matches


def compile_filter(condition: Condition[Any] | Node, semantics: Semantics = DEFAULT) -> Filter:  # Any: every scope
    """Return ``select(workers, task, facts) -> list[bool]``: one call for many workers, all with the same facts."""
    matches = compile_condition(condition, semantics)

    def select(
        workers: Iterable[Mapping[str, object]],
        task: Mapping[str, object] = _EMPTY,
        facts: Facts = NO_FACTS,
        /,
    ) -> list[bool]:
        return [matches(worker, task, facts) for worker in workers]

    return select
