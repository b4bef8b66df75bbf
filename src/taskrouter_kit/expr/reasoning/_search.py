"""The search for values that make a condition true: one path after the other, cut as soon as the rest cannot help.

Values of a path that no comparison tells apart are tried once. The work is bounded; beyond the bound the answer is
"unknown", never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from taskrouter_kit.expr._evaluate import holds
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.expr.reasoning._formula import Formula
from taskrouter_kit.expr.reasoning._regions import MISSING, regions_of

#: Values of paths that were settled on. Any: JSON values, or MISSING.
Assignment: TypeAlias = "dict[Path, Any]"

DEFAULT_BOUND: Final = 200_000


class OutOfBound(Exception):
    """The bound on the work was reached."""


class Search:
    """One search: for an assignment under which *formula* holds."""

    def __init__(self, formula: Formula, semantics: Semantics, bound: int) -> None:
        self._formula = formula
        self._semantics = semantics
        self._left = bound
        self._atoms = list(dict.fromkeys(formula.atoms()))
        regions = regions_of(self._atoms)
        self.complete = regions.complete
        self._order = self._ordered(list(regions.values))
        self._values = {path: self._told_apart(path, values) for path, values in regions.values.items()}
        self._atoms_of = {path: [atom for atom in self._atoms if path in _paths(atom)] for path in self._order}

    def run(self) -> Assignment | Literal["none", "unknown"]:
        """Return an assignment, ``"none"`` when all regions were tried, ``"unknown"`` when the work was too much."""
        try:
            constant = {atom: self._truth(atom, {}) for atom in self._atoms if not _paths(atom)}
            found = self._descend(0, {}, constant)
        except OutOfBound:
            return "unknown"
        if found is not None:
            return found
        return "none" if self.complete else "unknown"

    def _ordered(self, paths: list[Path]) -> list[Path]:
        """Return the paths that decide most first."""
        uses = {path: sum(path in _paths(atom) for atom in self._atoms) for path in paths}
        return sorted(paths, key=lambda path: -uses[path])

    def _told_apart(self, path: Path, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return one of those *values* that all comparisons of *path* treat alike; all, where it meets other paths."""
        atoms = [atom for atom in self._atoms if path in _paths(atom)]
        if any(len(_paths(atom)) > 1 for atom in atoms):
            return values
        kept: dict[tuple[bool, ...], Any] = {}
        for value in values:
            kept.setdefault(tuple(self._truth(atom, {path: value}) for atom in atoms), value)
        return tuple(kept.values())

    def _descend(self, depth: int, chosen: Assignment, known: dict[Comparison, bool]) -> Assignment | None:
        self._left -= 1
        if self._left < 0:
            raise OutOfBound
        verdict = self._formula.verdict(known)
        if verdict is not None or depth == len(self._order):
            return dict(chosen) if verdict else None
        path = self._order[depth]
        for value in self._values[path]:
            chosen[path] = value
            ready = [atom for atom in self._atoms_of[path] if all(each in chosen for each in _paths(atom))]
            settled = {atom: self._truth(atom, chosen) for atom in ready}
            found = self._descend(depth + 1, chosen, {**known, **settled})
            if found is not None:
                return found
        del chosen[path]
        return None

    def _truth(self, atom: Comparison, chosen: Mapping[Path, Any]) -> bool:
        def value(operand: Operand) -> object:
            match operand:
                case Const():
                    return operand.value
                case Items():
                    return list(operand.values)
                case _:
                    found = chosen[operand]
                    return None if found is MISSING else found

        return holds(atom, value, self._semantics)


def _paths(atom: Comparison) -> tuple[Path, ...]:
    return tuple(side for side in (atom.left, atom.right) if isinstance(side, Path))
