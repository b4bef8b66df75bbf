"""Rules about a comparison: does the operator fit what stands beside it, and can the constant ever be met?"""

# Documented: expressions.md section 6 (arrays beside scalar operators, array operators on scalars)

from __future__ import annotations

from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._evaluate import numeral
from taskrouter_kit.expr._facts import DAYS
from taskrouter_kit.expr._kinds import Kind, a
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scalar, Scope
from taskrouter_kit.expr._operators import ORDERINGS, TABLE, Operator
from taskrouter_kit.expr._spelling import render_operand
from taskrouter_kit.expr.checks._context import Subject, constant_kind
from taskrouter_kit.expr.checks._operators import check_missing, check_operator

#: Constants called equal, or not, that people write on purpose: everybody, nobody.
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
        yield from check_operator(subject, node)
    yield from check_missing(subject, node)


def _constants(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    left, right = render_operand(node.left), render_operand(node.right)
    if node.operator in {Operator.EQ, Operator.NE} and (left, right) in _IDIOMS:
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
        if side == "array" and (kind.is_scalar or kind.name in {"map", "schema"} or isinstance(operand, Const)):
            found = a(kind.name) if kind.name != "unknown" else "a constant"
            cure = _instead_of_list(node.operator, operand, kind)
            message = f"{shown} is {found}; {node.operator} looks inside a list, so this is never true."
            yield subject.finding("array-operator-on-scalar", message, span=operand.span or node.span, hint=cure)
        elif side == "scalar" and kind.name in {"list", "map", "schema"}:
            cure = "use HAS to look inside the list" if kind.name == "list" else "name the value below it"
            if isinstance(operand, Items):
                cure = "use IN with a list of constants"
                if node.operator is Operator.HAS:
                    cure = "look for one value, and join such comparisons with OR"
            elif node.operator in {Operator.IN, Operator.NOT_IN} and isinstance(other, Path | Items):
                cure = "a list cannot be looked up in a list; look for one element with HAS"
            message = f"{shown} is {a(kind.name)}; {node.operator} compares single values, so this is never true."
            yield subject.finding("scalar-operator-on-array", message, span=operand.span or node.span, hint=cure)


def _instead_of_list(operator: Operator, operand: Operand, kind: Kind) -> str:
    """Return what to write where *operand*, of *kind*, stands for the list of *operator*."""
    if not kind.is_scalar and not isinstance(operand, Const):
        return "name the value below it"
    if operator is not Operator.HAS and isinstance(operand, Const):
        return f"write a list: {operator} [{render_operand(operand)}]"
    if operator is Operator.HAS and kind.name == "text":
        return "compare with ==, or use CONTAINS for a part of the text"
    return "compare with ==, !=, < or >="


def _kinds(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    for path, other in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(path, Path):
            continue
        whole = subject.kind(path)
        kind = _inside(whole)
        for value in _constants_of(other):
            yield from _value(subject, node, path, kind, value, element=kind is not whole)
    if isinstance(node.left, Path) and isinstance(node.right, Path):
        yield from _two_paths(subject, node, node.left, node.right)
    kinds = {subject.kind(node.left).name, subject.kind(node.right).name}
    if node.operator in ORDERINGS and "text" in kinds and not _numeric_text(node):
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


def _value(
    subject: Subject, node: Comparison, path: Path, kind: Kind, value: Scalar, *, element: bool
) -> Iterable[Diagnostic]:
    if value is None:
        if element and kind.is_scalar and not kind.optional:
            message = f"{render_operand(path)} holds {kind.name}s, and none of them is null."
            yield subject.finding("type-mismatch", message, span=node.span)
        return
    if path.scope is Scope.CLOCK and path.segments == ("dayOfWeek",):
        if _allowed(node.operator, value, DAYS):
            return
        message = f"taskrouter.dayOfWeek {_never(node.operator)} {value!r}."
        yield subject.finding("unknown-day", message, span=node.span, hint=f"the days are {', '.join(DAYS)}")
        return
    if element and kind.name in {"list", "map", "schema"}:
        message = f"{_holding(subject, path)}, and {render_operand(Const(value))} is never equal to one."
        hint = f"look inside one of them: {'.'.join(map(str, path.segments))}[0]"
        yield subject.finding("type-mismatch", message, span=node.span, hint=hint)
    if not kind.is_scalar:
        return
    given = constant_kind(value)
    if _same(kind, given):
        literals = kind.literals
        if literals is not None and not _allowed(node.operator, value, literals):
            listed = ", ".join(map(repr, literals))
            message = f"{render_operand(path)} {_never(node.operator)} {value!r}: the schema does not list it."
            yield subject.finding("not-allowed-value", message, span=node.span, hint=f"it lists {listed}")
        elif kind.name == "integer" and isinstance(value, float) and not value.is_integer() and _equality(node):
            message = f"{_holding(subject, path)}, and {value!r} is no whole number; they are never equal."
            yield subject.finding("type-mismatch", message, span=node.span)
        return
    shown = f"{_holding(subject, path)}, and {render_operand(Const(value))} is {a(given.name)}"
    if isinstance(value, str) and kind.name in {"number", "integer"} and numeral(value) is None:
        never = "have no order" if node.operator in ORDERINGS else "are never equal"
        yield subject.finding("type-mismatch", f"{shown} that spells none; they {never}.", span=node.span)
    elif {kind.name, given.name} & {"number", "integer"} and {kind.name, given.name} & {"text"}:
        message = f"{shown}; whether they meet is up to the service."
        yield subject.finding("numeric-string", message, span=node.span, hint=_numeric_hint(kind))
    else:
        yield subject.finding("type-mismatch", f"{shown}; they are never equal.", span=node.span)


def _allowed(operator: Operator, value: Scalar, literals: tuple[str | int | bool, ...]) -> bool:
    if operator is Operator.CONTAINS:
        return any(isinstance(each, str) and isinstance(value, str) and value in each for each in literals)
    return value in literals


def _never(operator: Operator) -> str:
    return "never contains" if operator is Operator.CONTAINS else "is never"


def _equality(node: Comparison) -> bool:
    return node.operator not in ORDERINGS and node.operator is not Operator.CONTAINS


def _numeric_hint(kind: Kind) -> str:
    return "write the constant in quotes" if kind.name == "text" else "write the number without quotes"


def _same(kind: Kind, given: Kind) -> bool:
    numbers = {"number", "integer"}
    return kind.name == given.name or {kind.name, given.name} <= numbers or given.name == "unknown"


def _two_paths(subject: Subject, node: Comparison, left: Path, right: Path) -> Iterable[Diagnostic]:
    one, other = _inside(subject.kind(left)), _inside(subject.kind(right))
    if one.is_scalar and other.is_scalar and not _same(one, other):
        message = f"{_holding(subject, left)}, and {_holding(subject, right)}."
        yield subject.finding("type-mismatch", message, span=node.span)


def _inside(kind: Kind) -> Kind:
    return kind.element or kind if kind.name == "list" else kind


def _holding(subject: Subject, path: Path) -> str:
    kind = subject.kind(path)
    inside = _inside(kind)
    return f"{render_operand(path)} {f'holds {inside.name}s' if inside is not kind else f'is {a(kind.name)}'}"


def _numeric_text(node: Comparison) -> bool:
    return any(isinstance(side, Const) and not isinstance(side.value, str) for side in (node.left, node.right))
