"""Why a condition is true or false for this worker and this task.

:func:`explain` evaluates every term, also those that a short cut would skip, with the interpreter's own rules, and
returns a tree of data; ``_explain_show`` writes it as text and HTML. An explanation shows attribute values, because
that is its purpose; its ``repr`` does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve, fields, frozen

from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._condition import Condition, tree_of
from taskrouter_kit.expr._evaluate import NO_ELEMENT, Document, document_of, holds, kind_of, operand_value, walk
from taskrouter_kit.expr._explain_terms import Joint, Note, Seen, Term
from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.expr._nodes import And, Comparison, Node, Operand, Path, Scope
from taskrouter_kit.expr._operators import TABLE
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr._spelling import render_operand


@frozen(repr=False)
class Explanation:
    """Why a condition has its ``verdict``: ``term`` the tree, ``str()`` for people, ``to_data()`` for programs."""

    verdict: bool
    term: Term
    place: Place | None = None

    @property
    def deciding(self) -> tuple[Term, ...]:
        """The comparisons on which the verdict rests."""
        return tuple(term for term in self.term.comparisons() if term.decides)

    def to_data(self) -> dict[str, object]:
        """Return plain JSON data: ``verdict``, ``place`` and the tree below ``term``."""
        return {"verdict": self.verdict, "place": self.place, "term": self.term.to_data()}

    def __str__(self) -> str:
        from taskrouter_kit.expr._explain_show import as_text  # loaded when somebody looks

        return as_text(self.term)

    def _repr_html_(self) -> str:
        from taskrouter_kit.expr._explain_show import as_html

        return as_html(self.term)

    def __repr__(self) -> str:
        count = sum(1 for _ in self.term.comparisons())
        return f"<Explanation {'true' if self.verdict else 'false'}: {len(self.deciding)} of {count} terms decide>"


def explain(
    condition: Condition[Any] | Node,  # Any: every scope
    *,
    worker: Document | None = None,
    task: Document | None = None,
    facts: Facts = NO_FACTS,
    semantics: Semantics = DEFAULT,
) -> Explanation:
    """Return why *condition* is true or false for these attributes; the arguments are those of ``evaluate``.

    Every term tells what its names stood for, and where the answer rests on an absent attribute, on an unsuitable kind
    of value or on an undocumented choice.
    """
    node = tree_of(condition)
    place = condition.place if isinstance(condition, Condition) else None
    explainer = _Explainer(place, document_of(worker), document_of(task), facts, semantics)
    return explainer.explanation(node)


@frozen
class _Explainer:
    """The surroundings of one explanation."""

    place: Place | None
    worker: Mapping[str, object]
    task: Mapping[str, object]
    facts: Facts
    semantics: Semantics

    def explanation(self, node: Node) -> Explanation:
        term = _deciding(self.term(node))
        return Explanation(term.verdict, term, self.place)

    def term(self, node: Node) -> Term:
        """Return the term of *node*, not yet marked as deciding; recursion goes over the bounded depth of a tree."""
        if isinstance(node, Comparison):
            return self.comparison(node)
        parts = tuple(self.term(part) for part in node.parts)
        joint: Joint = "AND" if isinstance(node, And) else "OR"
        verdicts = (part.verdict for part in parts)
        text = f" {joint} ".join(part.text if part.joint is None else f"({part.text})" for part in parts)
        return Term(text, all(verdicts) if joint == "AND" else any(verdicts), decides=False, joint=joint, parts=parts)

    def comparison(self, node: Comparison) -> Term:
        names = [operand for operand in (node.left, node.right) if isinstance(operand, Path)]
        seen = tuple(self.seen(path) for path in names)
        text = f"{self.text(node.left)} {node.operator.value} {self.text(node.right)}"
        verdict = self.verdict(node, self.semantics)
        return Term(text, verdict, decides=False, seen=seen, notes=tuple(self.notes(node, names, seen, verdict)))

    def verdict(self, node: Comparison, semantics: Semantics) -> bool:
        return holds(node, lambda operand: self.value(operand, semantics), semantics)

    def value(self, operand: Operand, semantics: Semantics) -> object:
        return operand_value(operand, self.worker, self.task, self.facts, semantics)

    def text(self, operand: Operand) -> str:
        try:
            return render_operand(operand, self.place)
        except InvalidDeclaration:  # a built tree may hold what cannot be written; it can still be explained
            if isinstance(operand, Path):
                return ".".join([operand.scope.value, *map(str, operand.segments)])
            return str(operand_value(operand, {}, {}, NO_FACTS, self.semantics))

    def seen(self, path: Path) -> Seen:
        value = self.value(path, self.semantics)
        value = None if value is NO_ELEMENT else value
        return Seen(self.text(path), value, kind_of(value), absent=value is None and not self.present(path))

    def present(self, path: Path) -> bool:
        """Tell whether a path that reads NULL is there, as a JSON null."""
        documents: dict[Scope, tuple[object, ...]] = {
            Scope.WORKER: (self.worker, self.facts.worker),
            Scope.TASK: (self.task,),
            Scope.QUEUE: (self.facts.queue,),
            Scope.CLOCK: (self.facts.clock,),
            Scope.NONE: (),
        }
        return any(walk(document, path.segments)[1] for document in documents[path.scope])

    # Notes

    def notes(self, node: Comparison, names: list[Path], seen: tuple[Seen, ...], verdict: bool) -> Iterator[Note]:
        for path, one in zip(names, seen, strict=True):
            if path.scope is Scope.NONE:
                yield Note(
                    "no-prefix", f"'{one.name}' has no prefix and reads nothing here; write worker. or task. before it."
                )
            elif one.absent:
                yield Note("absent-attribute", f"'{one.name}' is absent and reads as NULL{_consequence(node, verdict)}")
        yield from self.unsuitable(node)
        for option in fields(Semantics):
            value: bool = getattr(self.semantics, option.name)
            other = self.verdict(node, evolve(self.semantics, **{option.name: not value}))
            if other is not verdict:
                yield Note(
                    option.name,
                    f"{_CHOICES[option.name]} is not documented: "
                    f"with {option.name}={not value} this would be {'true' if other else 'false'}.",
                )

    def unsuitable(self, node: Comparison) -> Iterator[Note]:
        """Say where an operator met a kind of value that it does not look at."""
        row = TABLE[node.operator]
        for operand, side in ((node.left, row.left), (node.right, row.right)):
            kind = kind_of(self.value(operand, self.semantics))
            name = f"'{self.text(operand)}'" if isinstance(operand, Path) else self.text(operand)
            symbol = node.operator.value
            if side == "scalar" and kind == "array":
                yield Note(
                    "unsuitable-kind", f"{name} is an array; {symbol} compares single values and is false beside one."
                )
            elif kind == "object":
                yield Note("unsuitable-kind", f"{name} is an object; only what is inside it can be compared.")
            elif side == "array" and kind not in ("array", "null"):
                yield Note(
                    "unsuitable-kind", f"{name} is a {kind}; {symbol} looks inside an array and is false without one."
                )


def _consequence(node: Comparison, verdict: bool) -> str:
    return f"; {node.operator.value} is {'true' if verdict else 'false'} then."


#: What an option of the semantics is about, as the beginning of a sentence.
_CHOICES: Final = {
    "null_equals_null": "Whether two absent attributes are equal",
    "numeric_strings": "Whether a text that spells a number is compared as one",
    "boolean_strings": "Whether a flag equals the text of its name",
    "integers_equal_decimals": "Whether a whole number equals a decimal",
    "not_in_non_array": "What NOT IN says without an array",
    "string_ordering": "Whether texts have an order",
    "case_sensitive": "Whether case counts",
    "object_differs": "What != says of an object",
    "null_orders_as_zero": "How NULL is ordered",
    "index_out_of_range_is_null": "What an index beyond the end of an array reads",
    "has_part_of_text": "Whether HAS looks for a part of a text",
    "built_in_wins": "Whether a field of the Worker hides an attribute of its name",
}


def _deciding(term: Term) -> Term:
    """Return *term* with the parts marked on which its verdict rests."""
    # An AND is false by its false parts alone and an OR true by its true ones; otherwise it takes them all.
    by_some = term.verdict is (term.joint == "OR")
    return evolve(
        term,
        decides=True,
        parts=tuple(_deciding(part) if part.verdict is term.verdict or not by_some else part for part in term.parts),
    )
