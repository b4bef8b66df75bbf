"""What is wrong with an order_by, and with the path of a known worker, in the reader's words."""

from __future__ import annotations

from taskrouter_kit._diagnostics import Span
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr._damage import finding
from taskrouter_kit.expr._mistakes import Found, refuse, short
from taskrouter_kit.expr._places import Place


def no_sort_key(text: str, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"Expected an attribute of the worker to sort by, found {found}."
    hint = "write worker.level DESC, worker.age ASC"
    return ExpressionSyntaxError(finding(text, "missing-sort-key", message, found.span, hint))


def unprefixed_sort_key(text: str, span: Span) -> ExpressionSyntaxError:
    name = text[span[0] : span[1]]
    message = f"{short(name)!r} is no attribute of the worker: order_by sorts by worker.<name>."
    wanted = name.partition(".")[2] if name.startswith(("task.", "workers.")) else name
    hint = f"write worker.{'level' if wanted == 'worker' else short(wanted)}"
    return ExpressionSyntaxError(finding(text, "unprefixed-sort-key", message, span, hint))


def no_direction(text: str, key: Span, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    shown = short(text[key[0] : key[1]])
    message = f"Expected ASC or DESC after {shown}, found {found}."
    hint = f"write {shown} ASC for the smallest first, {shown} DESC for the greatest"
    return ExpressionSyntaxError(finding(text, "missing-direction", message, found.span, hint))


def no_sort_separator(text: str, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"Expected ',' or the end of the order_by, found {found}."
    return ExpressionSyntaxError(finding(text, "missing-comma", message, found.span, "separate the keys with commas"))


def no_path(text: str, place: Place, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"{place} holds the name of one task attribute and nothing else, found {found}."
    hint = "write task.agent_sid: a name, no expression and no quotes"
    return refuse(text, at, finding(text, "not-a-path", message, found.span, hint))
