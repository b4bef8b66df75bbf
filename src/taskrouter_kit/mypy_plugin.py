"""A mypy plugin: literal names and literal expression text, checked while type-checking.

``plugins = taskrouter_kit.mypy_plugin`` in mypy's configuration reports, on the line of the call, what the library
would raise when the program runs: a name that TaskRouter's expressions cannot refer to
(``worker.array("skill-level")``, ``attribute(name="skill-level")``), a text that does not parse
(``parse("a && b", place="filter")``). What is no literal is left to the check at build time, which everybody has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, get_args

from mypy.errorcodes import ErrorCode
from mypy.nodes import Expression, StrExpr
from mypy.plugin import FunctionContext, MethodContext, Plugin
from mypy.types import Type

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
_ATTRIBUTE = "taskrouter_kit.expr._schema.attribute"
_PARSE = "taskrouter_kit.expr._parser.parse"

_Context: TypeAlias = "FunctionContext | MethodContext"


class TaskRouterPlugin(Plugin):
    """Looks at the calls that take a name or an expression."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Return the check for a method of the untyped roots."""
        if fullname in _PATH_METHODS:
            return _check_path
        return _check_channel if fullname == _CHANNEL else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Return the check for ``attribute`` and ``parse``."""
        return {_ATTRIBUTE: _check_attribute, _PARSE: _check_expression}.get(fullname)


def plugin(version: str) -> type[Plugin]:
    """Return the plugin; mypy calls this."""
    return TaskRouterPlugin


def _check_path(context: MethodContext) -> Type:
    path = _literal(context, "path")
    if path is not None:
        try:
            segments_of(path)
        except InvalidName as error:
            _report(context, error.diagnostics)
    return context.default_return_type


def _check_channel(context: MethodContext) -> Type:
    _check_name(context, _literal(context, "unique_name"))
    return context.default_return_type


def _check_attribute(context: FunctionContext) -> Type:
    _check_name(context, _literal(context, "name"))
    return context.default_return_type


def _check_name(context: _Context, name: str | None) -> None:
    problem = None if name is None else problem_with(name)
    if problem is not None:
        _report(context, (problem,))


def _check_expression(context: FunctionContext) -> Type:
    text, place = _literal(context, "text"), _literal(context, "place")
    if text is not None and place in get_args(Place):
        try:
            parse(text, place=cast(Place, place))
        except ExpressionError as error:
            _report(context, error.diagnostics)
    return context.default_return_type


def _literal(context: _Context, parameter: str) -> str | None:
    """Return the text given for *parameter*, when it is a literal."""
    for name, arguments in zip(context.callee_arg_names, context.args, strict=True):
        if name == parameter and len(arguments) == 1:
            given: Expression = arguments[0]
            return given.value if isinstance(given, StrExpr) else None
    return None


def _report(context: _Context, problems: tuple[Diagnostic, ...]) -> None:
    """Report *problems* on the line of the call.

    While mypy tries the overloads of ``parse``, it listens to errors in order to choose one, and drops them; a wrong
    text is no reason to choose another overload. So the listeners are set aside while the error is noted.
    """
    errors: Any = getattr(getattr(context.api, "msg", None), "errors", None)
    listeners: list[object] = getattr(errors, "_watchers", [])
    aside, listeners[:] = listeners[:], []
    try:
        for problem in problems:
            hint = f" ({problem.hint})" if problem.hint else ""
            context.api.fail(f"{problem.message}{hint}", context.context, code=CODE)
    finally:
        listeners[:] = aside
