"""Conditions, sort keys and paths of known workers as plain JSON data, and back, checked.

The form is stable and says no more than the tree does::

    {"and": [{"compare": "HAS", "left": {"worker": ["skills"]}, "right": {"constant": "billing"}}, …]}

An operand may also be ``{"list": […]}``; a path is its scope (``worker``, ``task``, ``workers``, ``taskrouter``,
``none``) and segments. Spans and the author's text are not part of it.
"""

from __future__ import annotations

from typing import Any, Final, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._condition import Condition, no_condition
from taskrouter_kit.expr._nodes import (
    MAX_DEPTH,
    And,
    Comparison,
    Const,
    Items,
    Node,
    Operand,
    Path,
    Scalar,
    Scope,
    conjunction,
    disjunction,
)
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._places import PLACES, Place

_SCOPES: Final[dict[str, Scope]] = {scope.value or "none": scope for scope in Scope}
_SCOPE_WORDS: Final[dict[Scope, str]] = {scope: word for word, scope in _SCOPES.items()}
_OPERATORS: Final[dict[str, Operator]] = {operator.value: operator for operator in Operator}


def to_data(subject: Condition[Any] | OrderBy | KnownWorkerPath) -> dict[str, Json]:  # Any: every scope
    """Return *subject* as JSON data that :func:`from_data` turns into an equal value."""
    if isinstance(subject, KnownWorkerPath):
        known: dict[str, Json] = {"known_worker": _operand(subject.path)}
        return known if subject.place is None else {**known, "place": subject.place}
    if isinstance(subject, OrderBy):
        return {"order_by": [{"path": _operand(key.path), "descending": key.descending} for key in subject.keys]}
    if not isinstance(cast(object, subject), Condition):
        raise no_condition(subject)
    data: dict[str, Json] = {"condition": _node(subject.node)}
    if subject.place is not None:
        data["place"] = subject.place
    return data


def from_data(data: object) -> Condition[Any] | OrderBy | KnownWorkerPath:  # Any: the data decides
    """Return the condition, order_by or path of a known worker that *data* describes.

    Raises :class:`~taskrouter_kit.errors.InvalidDeclaration` that names every part which is not of the form above.
    """
    problems: list[Diagnostic] = []
    found = _Reader(problems).subject(data)
    if problems or found is None:
        raise InvalidDeclaration(problems)
    return found


def _node(node: Node) -> dict[str, Json]:
    """Recursion goes over levels of AND and OR, which the tree bounds."""
    if isinstance(node, Comparison):
        return {"compare": node.operator.value, "left": _operand(node.left), "right": _operand(node.right)}
    return {"and" if isinstance(node, And) else "or": [_node(part) for part in node.parts]}


def _operand(operand: Operand) -> dict[str, Json]:
    if isinstance(operand, Const):
        return {"constant": operand.value}
    if isinstance(operand, Items):
        return {"list": list(operand.values)}
    return {_SCOPE_WORDS[operand.scope]: list(operand.segments)}


class _Reader:
    """Data -> values; each problem is noted with its JSON path, and reading goes on beside it."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        self.problems = problems

    def problem(self, path: str, message: str) -> None:
        hint = "to_data() of a condition shows the form"
        self.problems.append(Diagnostic("malformed-data", message, where=Where(path=path), hint=hint))

    def subject(self, data: object) -> Condition[Any] | OrderBy | KnownWorkerPath | None:
        alone = {"condition"}, {"known_worker"}, {"order_by"}
        table = self.table(data, "$", *alone, {"condition", "place"}, {"known_worker", "place"})
        if table is None:
            return None
        if "order_by" in table:
            listed = self.array(table["order_by"], "$.order_by")
            keys = [self.key(key, f"$.order_by[{at}]") for at, key in enumerate(listed)]
            if not keys:
                self.problem("$.order_by", "Expected one key or more.")
            return None if self.problems else OrderBy(tuple(key for key in keys if key is not None))
        if "known_worker" in table:
            place = self.place(table, ["known_worker_sid", "known_worker_friendly_name"])
            path = self.operand(table["known_worker"], "$.known_worker")
            if path is not None and not isinstance(path, Path):
                self.problem("$.known_worker", "Expected an attribute of the task.")
            return KnownWorkerPath(path, place) if isinstance(path, Path) and not self.problems else None
        place = self.place(table, [row.place for row in PLACES.values() if row.condition])
        node = self.node(table["condition"], "$.condition", 0)
        if node is None or self.problems:
            return None
        found: Condition[Any] = Condition(node, place=place)
        return found

    def place(self, table: dict[str, object], known: list[Place]) -> Place | None:
        if "place" not in table:
            return None
        for place in known:
            if table["place"] == place:
                return place
        self.problem("$.place", f"Expected one of the places {', '.join(known)}, got {table['place']!r}.")
        return None

    def node(self, data: object, path: str, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            self.problem(path, f"AND and OR alternate more than {MAX_DEPTH} levels deep.")
            return None
        table = self.table(data, path, {"and"}, {"or"}, {"compare", "left", "right"})
        if table is None:
            return None
        if "compare" in table:
            return self.comparison(table, path)
        word = "and" if "and" in table else "or"
        listed = self.array(table[word], f"{path}.{word}")
        parts = [self.node(part, f"{path}.{word}[{at}]", depth + 1) for at, part in enumerate(listed)]
        if len(parts) < 2:
            self.problem(f"{path}.{word}", f"Expected two conditions or more to join, got {len(parts)}.")
        known = [part for part in parts if part is not None]
        if self.problems or not known:
            return None
        return conjunction(*known) if word == "and" else disjunction(*known)

    def comparison(self, table: dict[str, object], path: str) -> Node | None:
        operator = _OPERATORS.get(table["compare"]) if isinstance(table["compare"], str) else None
        if operator is None:
            self.problem(f"{path}.compare", f"Expected one of {', '.join(_OPERATORS)}, got {table['compare']!r}.")
        left, right = self.operand(table["left"], f"{path}.left"), self.operand(table["right"], f"{path}.right")
        return None if operator is None or left is None or right is None else Comparison(operator, left, right)

    def operand(self, data: object, path: str) -> Operand | None:
        table = self.table(data, path, {"constant"}, {"list"}, *({word} for word in _SCOPES))
        if table is None:
            return None
        [(word, value)] = table.items()
        if word == "constant":
            return Const(cast("Scalar", value)) if self.scalar(value, f"{path}.constant") else None
        if word == "list":
            values = self.array(value, f"{path}.list")
            good = [self.scalar(item, f"{path}.list[{at}]") for at, item in enumerate(values)]
            return Items(tuple(cast("list[Scalar]", values))) if all(good) else None
        segments = self.array(value, f"{path}.{word}")
        if not segments or not isinstance(segments[0], str) or not all(map(_is_segment, segments)):
            self.problem(f"{path}.{word}", f"Expected names and indexes, a name first, got {segments!r}.")
            return None
        return Path(_SCOPES[word], tuple(cast("list[str | int]", segments)))

    def key(self, data: object, path: str) -> OrderKey | None:
        table = self.table(data, path, {"path", "descending"})
        if table is None:
            return None
        found = self.operand(table["path"], f"{path}.path")
        if not isinstance(table["descending"], bool):
            self.problem(f"{path}.descending", f"Expected true or false, got {table['descending']!r}.")
            return None
        if found is not None and not isinstance(found, Path):
            self.problem(f"{path}.path", "Expected an attribute of the worker.")
            return None
        return None if found is None else OrderKey(found, table["descending"])

    def table(self, data: object, path: str, *forms: set[str]) -> dict[str, object] | None:
        shown = type(data).__name__
        if isinstance(data, dict):
            table = cast("dict[str, object]", data)
            if any(set(table) == form for form in forms):
                return table
            shown = f"{{{', '.join(map(str, table))}}}"
        wanted = ", ".join(f"{{{', '.join(sorted(form))}}}" for form in forms)
        self.problem(path, f"Expected an object of one of the forms {wanted}, got {shown}.")
        return None

    def array(self, data: object, path: str) -> list[object]:
        if isinstance(data, list):
            return cast("list[object]", data)
        self.problem(path, f"Expected an array, got {type(data).__name__}.")
        return []

    def scalar(self, value: object, path: str) -> bool:
        if value is None or isinstance(value, (str, int, float)):
            return True
        self.problem(path, f"Expected a text, number, flag or null, got {type(value).__name__}.")
        return False


def _is_segment(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
