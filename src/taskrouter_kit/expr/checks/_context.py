"""What a rule may look at: the place, the source, the schemas; and the kind of what an operand reads."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Span, Where
from taskrouter_kit.expr._facts import CHANNEL_FIELDS, WORKER_FIELDS
from taskrouter_kit.expr._kinds import UNKNOWN, Kind
from taskrouter_kit.expr._nodes import Const, Items, Operand, Path, Scalar, Scope
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._schema import Attributes, TaskAttributes, WorkerAttributes
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_paths import kind_at
from taskrouter_kit.expr.checks._rules import RULES

_KINDS: dict[type, Kind] = {str: Kind("text"), bool: Kind("flag"), int: Kind("number"), float: Kind("number")}


@frozen
class Subject:
    """What is checked: a tree's surroundings."""

    place: Place | None
    source: str | None
    worker: type[WorkerAttributes] | None
    task: type[TaskAttributes] | None

    def finding(self, rule: str, message: str, *, span: Span | None = None, hint: str | None = None) -> Diagnostic:
        """Return a finding of *rule*, at *span* of the source when there is one."""
        where = Where(text=self.source, span=span) if self.source is not None and span is not None else Where()
        return Diagnostic(rule, message, severity=RULES[rule].severity, where=where, hint=hint)

    def schema(self, scope: Scope) -> type[Attributes[Any]] | None:
        """Return the schema of *scope*'s attributes, if it is known."""
        return {Scope.WORKER: self.worker, Scope.TASK: self.task}.get(scope)

    def kind(self, operand: Operand) -> Kind:
        """Return the kind of what *operand* stands for; unknown without a schema."""
        match operand:
            case Const():
                return constant_kind(operand.value)
            case Items():
                return Kind("list", element=UNKNOWN)
            case _:
                field = self.field(operand)
                return self._built_in(operand) if field is None else field

    def field(self, path: Path) -> Kind | None:
        """Return the kind of the attribute at *path*; None where no schema says."""
        schema = self.schema(path.scope)
        if schema is None:
            return None
        return kind_at(schema_fields(schema), path.segments)

    def _built_in(self, path: Path) -> Kind:
        match path.scope, path.segments:
            case Scope.QUEUE, _:
                return Kind("integer")
            case Scope.CLOCK, ("currentTime",):
                return Kind("integer")
            case Scope.CLOCK, ("dayOfWeek",):
                return Kind("text")
            case Scope.WORKER, (str() as name,) if name in WORKER_FIELDS:
                return Kind("flag" if name == "available" else "text")
            case Scope.WORKER, ("channel", _, str() as name) if name in CHANNEL_FIELDS:
                return Kind("integer")
            case _:
                return UNKNOWN


def constant_kind(value: Scalar) -> Kind:
    """Return the kind of a constant; null is of every kind."""
    return _KINDS.get(type(value), UNKNOWN)
