"""A condition with exact negation: what the search looks at.

The language has no NOT; a comparison is true or it is not all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from taskrouter_kit.expr._nodes import And, Comparison, Node


@frozen
class Formula:
    """An atom that must be true or must not, or parts of which all or any must hold."""

    atom: Comparison | None = None
    wanted: bool = True
    every: bool = True
    parts: tuple[Formula, ...] = ()

    @staticmethod
    def all_of(*parts: Formula) -> Formula:
        """Return the formula that needs all *parts*."""
        return Formula(every=True, parts=parts)

    def atoms(self) -> Iterator[Comparison]:
        """Yield the comparisons, from left to right."""
        if self.atom is not None:
            yield self.atom
        for part in self.parts:
            yield from part.atoms()

    def verdict(self, known: Mapping[Comparison, bool]) -> bool | None:
        """Return whether it holds, as far as its atoms are *known*; None while that is open."""
        if self.atom is not None:
            truth = known.get(self.atom)
            return None if truth is None else truth is self.wanted
        undecided = False
        for part in self.parts:
            found = part.verdict(known)
            if found is (not self.every):
                return found
            undecided = undecided or found is None
        return None if undecided else self.every


def of_node(node: Node) -> Formula:
    """Return *node* as a formula."""
    if isinstance(node, Comparison):
        return Formula(atom=node)
    return Formula(every=isinstance(node, And), parts=tuple(of_node(part) for part in node.parts))


def negated(formula: Formula) -> Formula:
    """Return the formula that holds exactly where *formula* does not."""
    if formula.atom is not None:
        return Formula(atom=formula.atom, wanted=not formula.wanted)
    return Formula(every=not formula.every, parts=tuple(negated(part) for part in formula.parts))
