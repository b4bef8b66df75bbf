"""What the benchmarks of expressions share: interleaved rounds, ratios, goals."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping


def interleaved(variants: Mapping[str, Callable[[], float]], rounds: int, repeats: int = 1) -> dict[str, list[float]]:
    """Return one figure a round for each variant: the least of *repeats*, in which all take turns.

    A variant measures itself and returns the figure. Two rounds before the first warm up.
    """
    figures: dict[str, list[float]] = {name: [] for name in variants}
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds + 2):
            least = dict.fromkeys(variants, float("inf"))
            for repeat in range(repeats):
                for name in variants if (number + repeat) % 2 else reversed(list(variants)):
                    least[name] = min(least[name], variants[name]())
            if number >= 2:
                for name, figure in least.items():
                    figures[name].append(figure)
    finally:
        gc.enable()
    return figures


def ratio(figures: Mapping[str, list[float]], name: str, peer: str) -> float:
    """Return the median of the rounds' ratios: what disturbs a round disturbs both sides."""
    return statistics.median(ours / theirs for ours, theirs in zip(figures[name], figures[peer], strict=True))


class Goals:
    """Collects what was measured beside its goal, and says at the end which goals are reached."""

    def __init__(self) -> None:
        self._reached: list[str] = []
        self._missed: list[str] = []

    def at_most(self, goal: float, measured: float, what: str) -> str:
        """Note *measured* and return it with its goal, as the cell of a table."""
        return self._note(round(measured, 2) <= goal, "<=", goal, measured, what)

    def at_least(self, goal: float, measured: float, what: str) -> str:
        """Note *measured*, which is not to be less than its goal, as :meth:`at_most` does."""
        return self._note(round(measured, 2) >= goal, ">=", goal, measured, what)

    def _note(self, reached: bool, sign: str, goal: float, measured: float, what: str) -> str:
        line = f"{what} {measured:.2f} (goal {goal})"
        (self._reached if reached else self._missed).append(line)
        return f"{measured:5.2f} {sign} {goal:<5}{'ok' if reached else 'MISSED'}"

    def close(self) -> int:
        """Print which goals are reached; return the exit status."""
        count = len(self._reached) + len(self._missed)
        missed = "" if not self._missed else "; missed: " + ", ".join(self._missed)
        print(f"goals: {len(self._reached)} of {count} reached{missed}")
        return 1 if self._missed else 0
