"""Rules about a comparison: does the operator fit what stands beside it, and can the constant ever be met?"""

# Documented: expressions.md section 6 (arrays beside scalar operators, array operators on scalars)

from __future__ import annotations

from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._facts import DAYS
from taskrouter_kit.expr._kinds import Kind
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scalar, Scope
from taskrouter_kit.expr._operators import TABLE, Operator
from taskrouter_kit.expr._render import render_operand
from taskrouter_kit.expr.checks._context import Subject, constant_kind

_ORDERING = {Operator.LT, Operator.LE, Operator.GT, Operator.GE}
#: Constants compared with constants that people write on purpose: everybody, nobody.
_IDIOMS = {("1", "1"), ("1", "0"), ("0", "1"), ("1", "2"), ("0", "0")}


def check_comparison(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    """Yield what is wrong with one comparison."""
    if not isinstance(node.left, Path) and not isinstance(node.right, Path):
        yield from _constants(subject, node)
        return
    broken = list(_sides(subject, node))
    yield from broken
    if not broken:
        yield from _kinds(subject, node)
    yield from _missing(subject, node)


def _constants(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    left, right = render_operand(node.left), render_operand(node.right)
    if (left, right) in _IDIOMS:
        return
    texts = isinstance(node.left, Const) and isinstance(node.left.value, str)
    hint = "a name stands without quotes" if texts else "write 1==1 for always, 1==0 for never"
    message = f"Two constants are compared: {left} {node.operator} {right}. No attribute is looked at."
    yield subject.finding("constant-comparison", message, span=node.span, hint=hint)


def _sides(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    row = TABLE[node.operator]
    for operand, side, other in ((node.left, row.left, node.right), (node.right, row.right, node.left)):
        kind = subject.kind(operand)
        shown = render_operand(operand)
        if side == "array" and (kind.is_scalar or isinstance(operand, Const)):
            found, cure = kind.name if kind.name != "unknown" else "constant", "compare with ==, !=, < or >="
            if node.operator is Operator.HAS and kind.name == "text":
                cure = "compare with ==, or use CONTAINS for a part of the text"
            message = f"{shown} is a {found}; {node.operator} looks inside a list, so this is never true."
            yield subject.finding("array-operator-on-scalar", message, span=operand.span or node.span, hint=cure)
        elif side == "scalar" and kind.name in {"list", "map", "schema"}:
            cure = "use HAS to look inside the list" if kind.name == "list" else "name the value below it"
            if isinstance(operand, Items):
                cure = "use IN with a list of constants"
            elif node.operator in {Operator.IN, Operator.NOT_IN} and isinstance(other, Path | Items):
                cure = "a list cannot be looked up in a list; look for one element with HAS"
            message = f"{shown} is a {kind.name}; {node.operator} compares single values, so this is never true."
            yield subject.finding("scalar-operator-on-array", message, span=operand.span or node.span, hint=cure)


def _kinds(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    for path, other in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(path, Path):
            continue
        whole = subject.kind(path)
        kind = whole.element or whole if whole.name == "list" else whole
        for value in _constants_of(other):
            yield from _value(subject, node, path, kind, value)
    if isinstance(node.left, Path) and isinstance(node.right, Path):
        yield from _two_paths(subject, node, node.left, node.right)
    kinds = {subject.kind(node.left).name, subject.kind(node.right).name}
    if node.operator in _ORDERING and "text" in kinds and not _numeric_text(node):
        message = f"{node.operator} orders texts by their characters, which is not documented."
        yield subject.finding("text-order", message, span=node.span, hint="order by a number")


def _constants_of(operand: Operand) -> tuple[Scalar, ...]:
    match operand:
        case Const():
            return (operand.value,)
        case Items():
            return operand.values
        case _:
            return ()


def _value(subject: Subject, node: Comparison, path: Path, kind: Kind, value: Scalar) -> Iterable[Diagnostic]:
    if value is None:
        return
    if path.scope is Scope.CLOCK and path.segments == ("dayOfWeek",) and value not in DAYS:
        message = f"taskrouter.dayOfWeek is never {value!r}."
        yield subject.finding("unknown-day", message, span=node.span, hint=f"the days are {', '.join(DAYS)}")
        return
    if not kind.is_scalar:
        return
    given = constant_kind(value)
    if _same(kind, given):
        literals = kind.literals
        if literals is not None and value not in literals and node.operator is not Operator.CONTAINS:
            listed = ", ".join(map(repr, literals))
            message = f"{render_operand(path)} is never {value!r}: the schema does not list it."
            yield subject.finding("not-allowed-value", message, span=node.span, hint=f"it lists {listed}")
        return
    shown = f"{render_operand(path)} is a {kind.name}, and {render_operand(Const(value))} a {given.name}"
    if {kind.name, given.name} & {"number", "integer"} and {kind.name, given.name} & {"text"}:
        message = f"{shown}; whether they meet is up to the service."
        yield subject.finding("numeric-string", message, span=node.span, hint=_numeric_hint(kind))
    else:
        yield subject.finding("type-mismatch", f"{shown}; they are never equal.", span=node.span)


def _numeric_hint(kind: Kind) -> str:
    return "write the constant in quotes" if kind.name == "text" else "write the number without quotes"


def _same(kind: Kind, given: Kind) -> bool:
    numbers = {"number", "integer"}
    return kind.name == given.name or {kind.name, given.name} <= numbers or given.name == "unknown"


def _two_paths(subject: Subject, node: Comparison, left: Path, right: Path) -> Iterable[Diagnostic]:
    one, other = subject.kind(left), subject.kind(right)
    one = one.element or one if one.name == "list" else one
    other = other.element or other if other.name == "list" else other
    if one.is_scalar and other.is_scalar and not _same(one, other):
        message = f"{render_operand(left)} is a {one.name}, and {render_operand(right)} a {other.name}."
        yield subject.finding("type-mismatch", message, span=node.span)


def _numeric_text(node: Comparison) -> bool:
    return any(isinstance(side, Const) and not isinstance(side.value, str) for side in (node.left, node.right))


def _missing(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    """Yield what a missing attribute does to ``!=``, ``NOT IN`` and to two attributes compared."""
    # Observed: expressions.md section 6; x != 'v' with x absent is true
    # Inferred: expressions.md section 6; NOT IN without a list is false, NULL equals NULL
    both_missing = _may_be_missing(subject, node.left) and _may_be_missing(subject, node.right)
    if node.operator in {Operator.NE, Operator.NOT_IN} and Const(None) not in (node.left, node.right):
        for side in (node.left, node.right) if node.operator is Operator.NE else (node.left,):
            if isinstance(side, Path) and _may_be_missing(subject, side):
                name = render_operand(side)
                message = f"{node.operator} is true for who has no {name}."
                yield subject.finding("maybe-missing", message, span=node.span, hint=f"add AND {name} != null if not")
    if node.operator is Operator.NOT_IN and isinstance(node.right, Path) and _may_be_missing(subject, node.right):
        message = f"NOT IN is false where {render_operand(node.right)} is missing or no list."
        yield subject.finding("not-in-maybe-no-list", message, span=node.span, hint="make sure that the list is there")
    if both_missing and node.operator is Operator.EQ:
        message = f"Where both are missing, {render_operand(node.left)} equals {render_operand(node.right)}."
        hint = f"add AND {render_operand(node.left)} != null"
        yield subject.finding("null-equals-null", message, span=node.span, hint=hint)


def _may_be_missing(subject: Subject, operand: Operand) -> bool:
    """Whether the attribute may be missing: the schema says so, or nobody says anything."""
    if not isinstance(operand, Path) or operand.scope not in {Scope.WORKER, Scope.TASK}:
        return False
    kind = subject.field(operand)
    if kind is None:
        return subject.schema(operand.scope) is None and subject.kind(operand).name == "unknown"
    return kind.optional
