"""A mypy plugin: literal names and literal expression text, checked while type-checking.

``plugins = taskrouter_kit.mypy_plugin`` in mypy's configuration reports, on the line of the call, what the library
would raise when the program runs: a name that TaskRouter's expressions cannot refer to
(``worker.array("skill-level")``, ``attribute(name="skill-level")``), a text that does not parse
(``parse("a && b", place="filter")``), a key of a map (``Agent.levels["de-AT"]``). A ``Final`` name is as
good as its literal; what is neither is left to the check at build time, which everybody has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, get_args

from mypy.errorcodes import ErrorCode
from mypy.nodes import Context, Expression, RefExpr, StrExpr, Var
from mypy.plugin import FunctionContext, MethodContext, Plugin
from mypy.types import Instance, Type, get_proper_type

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import ExpressionError, InvalidName
from taskrouter_kit.expr._names import problem_with, segments_of
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._places import Place

if TYPE_CHECKING:
    from typing import TypeAlias

#: The code of these errors, for ``# type: ignore[taskrouter-kit]``.
CODE = ErrorCode("taskrouter-kit", "What taskrouter_kit would refuse when the program runs", "taskrouter_kit")

_ROOTS = "taskrouter_kit.expr._roots."
_PATH_METHODS = {
    f"{_ROOTS}{root}.{name}"
    for root in ("_Root", "WorkerRoot", "TaskRoot")
    for name in ("text", "number", "integer", "flag", "array", "numbers", "map", "text_map")
}
_CHANNEL = f"{_ROOTS}WorkerRoot.channel"
_KEYS = {
    f"taskrouter_kit.expr._columns.{name}.__getitem__"
    for name in ("NumberMap", "IntegerMap", "TextMap", "FlagMap", "TextsMap")
}
_ATTRIBUTE = "taskrouter_kit.expr._schema.attribute"
_PARSE = "taskrouter_kit.expr._parser.parse"

_Context: TypeAlias = "FunctionContext | MethodContext"


class TaskRouterPlugin(Plugin):
    """Looks at the calls that take a name or an expression."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Return the check for a method of the untyped roots."""
        if fullname in _PATH_METHODS:
            return _check_path
        if fullname in _KEYS:
            return _check_key
        return _check_channel if fullname == _CHANNEL else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Return the check for ``attribute`` and ``parse``."""
        return {_ATTRIBUTE: _check_attribute, _PARSE: _check_expression}.get(fullname)


def plugin(version: str) -> type[Plugin]:
    """Return the plugin; mypy calls this."""
    return TaskRouterPlugin


def _check_path(context: MethodContext) -> Type:
    path, where = _literal(context, "path")
    if path is not None:
        try:
            segments_of(path)
        except InvalidName as error:
            _report(context, error.diagnostics, where)
    return context.default_return_type


def _check_channel(context: MethodContext) -> Type:
    _check_name(context, "unique_name")
    return context.default_return_type


def _check_key(context: MethodContext) -> Type:
    _check_name(context, None)  # to mypy, what stands in brackets has no name
    return context.default_return_type


def _check_attribute(context: FunctionContext) -> Type:
    _check_name(context, "name")
    return context.default_return_type


def _check_name(context: _Context, parameter: str | None) -> None:
    name, where = _literal(context, parameter)
    problem = None if name is None else problem_with(name)
    if problem is not None:
        _report(context, (problem,), where)


def _check_expression(context: FunctionContext) -> Type:
    (text, where), (place, _) = _literal(context, "text"), _literal(context, "place")
    if text is not None and place in get_args(Place):
        try:
            parse(text, place=cast(Place, place))
        except ExpressionError as error:
            _report(context, error.diagnostics, where)
    return context.default_return_type


def _literal(context: _Context, parameter: str | None) -> tuple[str | None, Context]:
    """Return the text given for *parameter*, when it is a literal, and where it stands."""
    for name, arguments, types in zip(context.callee_arg_names, context.args, context.arg_types, strict=False):
        if name == parameter and len(arguments) == 1:
            given: Expression = arguments[0]
            if isinstance(given, StrExpr):
                return given.value, given
            return _final(given) or _literal_of(types), given
    return None, context.context


def _final(given: Expression) -> str | None:
    """Return the text that a ``Final`` name stands for, whatever type mypy sees in it there."""
    value = given.node.final_value if isinstance(given, RefExpr) and isinstance(given.node, Var) else None
    return value if isinstance(value, str) else None


def _literal_of(types: list[Type]) -> str | None:
    """Return the text of a ``Final`` name, known by the type of the argument.

    A ``Literal`` type is none: among overloads mypy asks about each of its values as if it were the only one.
    """
    found = get_proper_type(types[0]) if types else None
    known = found.last_known_value if isinstance(found, Instance) else None
    return known.value if known is not None and isinstance(known.value, str) else None


def _report(context: _Context, problems: tuple[Diagnostic, ...], where: Context) -> None:
    """Report *problems* on the line of the literal.

    While mypy tries the overloads of ``parse``, it listens to errors in order to choose one, and drops them; a wrong
    text is no reason to choose another overload. So the listeners are set aside while the error is noted.
    """
    errors: Any = getattr(getattr(context.api, "msg", None), "errors", None)
    listeners: list[object] = getattr(errors, "_watchers", [])
    aside, listeners[:] = listeners[:], []
    try:
        for problem in problems:
            hint = f" ({problem.hint})" if problem.hint else ""
            context.api.fail(f"{problem.message}{hint}", where, code=CODE)
    finally:
        listeners[:] = aside
