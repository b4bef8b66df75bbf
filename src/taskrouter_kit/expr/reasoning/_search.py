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
from taskrouter_kit.expr.reasoning._regions import regions_of
from taskrouter_kit.expr.reasoning._schemas import MISSING, NO_SCHEMAS, Schemas

#: Values of paths that were settled on. Any: JSON values, or MISSING.
Assignment: TypeAlias = "dict[Path, Any]"

#: Comparisons that are looked at before a question is given up.
DEFAULT_BOUND: Final = 2_000_000

#: More attributes than that are not searched.
_MOST_PATHS: Final = 200


class OutOfBound(Exception):
    """The bound on the work was reached."""


class Search:
    """One search: for an assignment under which *formula* holds."""

    def __init__(self, formula: Formula, semantics: Semantics, bound: int, schemas: Schemas = NO_SCHEMAS) -> None:
        self._formula = formula
        self._schemas = schemas
        self._semantics = semantics
        self._left = bound
        self._atoms = list(dict.fromkeys(formula.atoms()))
        self._cost = max(1, len(self._atoms))
        self._atoms_of: dict[Path, list[Comparison]] = {}
        for atom in self._atoms:
            for path in dict.fromkeys(_paths(atom)):
                self._atoms_of.setdefault(path, []).append(atom)

    def run(self) -> Assignment | Literal["none", "unknown"]:
        """Return an assignment, ``"none"`` when all regions were tried, ``"unknown"`` when the work was too much."""
        try:
            if len(self._atoms_of) > _MOST_PATHS:
                raise OutOfBound
            self._spend(sum(len(_items(atom)) ** 2 for atom in self._atoms))
            # Each constant cuts a region, and each comparison of the attribute is asked about it.
            self._spend(sum(len(atoms) ** 2 for atoms in self._atoms_of.values()))
            regions = regions_of(self._atoms, self._semantics, self._schemas)
            self._order = sorted(regions.values, key=lambda path: -len(self._atoms_of[path]))
            self._values = {path: self._told_apart(path, values) for path, values in regions.values.items()}
            constant = {atom: self._truth(atom, {}) for atom in self._atoms if not _paths(atom)}
            found = self._descend(0, {}, constant)
        except OutOfBound:
            return "unknown"
        if found is not None:
            # What was decided without them may have any value; under a schema it is one that fits.
            others = {path: values[0] for path, values in self._values.items() if self._schemas.kind(path) is not None}
            return others | found
        return "none" if regions.complete else "unknown"

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise OutOfBound

    def _told_apart(self, path: Path, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return one of those *values* that all comparisons of *path* treat alike; all, where it meets other paths."""
        atoms = self._atoms_of[path]
        if any(len(_paths(atom)) > 1 for atom in atoms):
            return values
        self._spend(len(values) * sum(1 + len(_items(atom)) for atom in atoms))
        kept: dict[tuple[bool, ...], Any] = {}
        for value in values:
            kept.setdefault(tuple(self._truth(atom, {path: value}) for atom in atoms), value)
        return tuple(kept.values())

    def _descend(self, depth: int, chosen: Assignment, known: dict[Comparison, bool]) -> Assignment | None:
        self._spend(self._cost)
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


def _items(atom: Comparison) -> tuple[object, ...]:
    """Return the constants of the lists in *atom*: what looking at it costs."""
    return tuple(value for side in (atom.left, atom.right) if isinstance(side, Items) for value in side.values)


def _paths(atom: Comparison) -> tuple[Path, ...]:
    return tuple(side for side in (atom.left, atom.right) if isinstance(side, Path))
