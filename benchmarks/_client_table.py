"""One table of measures: what was measured, against what, the ratio, and the goal where there is one.

Each figure is the best of several rounds, in which all that is compared takes its turn: neighbours only add.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from platform import python_version
from random import Random

from attrs import frozen


@frozen
class Line:
    """One measure: *value* in *unit*, *ratio* times *against*, and the most that the ratio should be."""

    what: str
    value: float
    unit: str
    ratio: float
    against: str
    goal: float | None = None

    @property
    def reached(self) -> bool:
        return self.goal is None or self.ratio <= self.goal

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"{self.goal:5.2f} {'yes' if self.reached else 'NO'}"
        return f"{self.what:44} {self.value:9.2f} {self.unit:3} {self.ratio:6.2f} x {self.against:26} {goal}"


def show(lines: list[Line]) -> None:
    """Print the table; the last line says which goals are reached."""
    print(f"Python {python_version()}; goal: the most that the ratio should be")
    for line in lines:
        print(line)
    aims = [line for line in lines if line.goal is not None]
    missed = [line.what for line in aims if not line.reached]
    print(f"{len(aims) - len(missed)} of {len(aims)} goals reached" + (f"; not: {', '.join(missed)}" if missed else ""))


def paired(
    actions: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Return the seconds of each action, *rounds* times, all of them in each round and in a shuffled order."""
    order, found = Random(4), dict[str, list[float]]()
    for _ in range(rounds):
        for name in order.sample(list(actions), len(actions)):
            start = clock()
            kept = actions[name]()
            found.setdefault(name, []).append(clock() - start)
            del kept
    return found
