"""What the expressions of targets said of workers, remembered until a worker changes.

An expression that reads nothing but attributes says the same of a worker to all tasks with the same values. Who was
asked, and whom it was true of, are sets of workers as in ``_roster.py``, so that one ``&`` leaves out everybody of whom
it is known to be false.
"""

from __future__ import annotations

from attrs import define, field

#: So many expressions with values are remembered; then all are forgotten.
_MOST = 2048


@define(eq=False)
class Verdict:
    """What one expression said to tasks with the same values."""

    #: Who was asked, by position.
    known: int = 0
    #: Of whom it is true.
    true: int = 0

    def note(self, position: int, true: bool) -> None:
        """Remember an answer."""
        bit = 1 << position
        self.known |= bit
        if true:
            self.true |= bit


@define(eq=False)
class Verdicts:
    """All that is remembered in one workspace."""

    _found: dict[tuple[object, ...], Verdict] = field(factory=dict[tuple[object, ...], Verdict])

    def of(self, expression: str, key: tuple[object, ...]) -> Verdict:
        """Return what *expression* said to tasks with the values *key*."""
        whole = (expression, *key)
        found = self._found.get(whole)
        if found is None:
            if len(self._found) >= _MOST:
                self._found.clear()
            found = self._found[whole] = Verdict()
        return found

    def forget(self, position: int) -> None:
        """Forget what was said of the worker at *position*: there is another one, or it has changed."""
        others = ~(1 << position)
        for each in self._found.values():
            each.known &= others
            each.true &= others
