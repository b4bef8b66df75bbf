"""What is wrong with an order_by, and with the path of a known worker, in the reader's words."""

from __future__ import annotations

from taskrouter_kit._diagnostics import Diagnostic, Span
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr import _hints as hints
from taskrouter_kit.expr._damage import finding, first_damage
from taskrouter_kit.expr._foreign import meant
from taskrouter_kit.expr._mistakes_found import Found, refuse, short
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._tokens import ORDER_TOKEN

#: Damage whose cure is another one here: keys are joined by commas, and DESC stands behind the name.
_OTHERWISE = frozenset({"symbol-and", "symbol-or", "no-arithmetic"})


def _refuse(text: str, at: int, found: Diagnostic) -> ExpressionSyntaxError:
    """Return the error for *found*, where reading ended at *at*, or for the damaged character that ended it."""
    damage = first_damage(text, ORDER_TOKEN)
    if damage is None or damage.rule in _OTHERWISE or damage.where.span is None or damage.where.span[0] > at + 1:
        return ExpressionSyntaxError(found)
    return ExpressionSyntaxError(damage)


#: Prefixes that are written for ``worker.`` by mistake.
_PREFIXES = frozenset({"task", "worker", "workers"})
#: Words of an order_by that are no attributes.
_NO_NAMES = frozenset({"WORKER", "ASC", "DESC"})


def no_sort_key(text: str, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"Expected an attribute of the worker to sort by, found {found}."
    hint = "write worker.level DESC, worker.age ASC"
    return _refuse(text, at, finding(text, "missing-sort-key", message, found.span, hint))


def unprefixed_sort_key(text: str, span: Span) -> ExpressionSyntaxError:
    name = text[span[0] : span[1]]
    message = f"{short(name)!r} is no attribute of the worker: order_by sorts by worker.<name>."
    prefix, _, rest = name.partition(".")
    wanted = rest if rest and prefix.lower() in _PREFIXES else name
    hint = f"write worker.{'level' if wanted.upper() in _NO_NAMES else short(wanted)}"
    if name.upper() == "ORDER":
        hint = "leave out ORDER BY: the field holds the keys alone"
    return _refuse(text, span[1], finding(text, "unprefixed-sort-key", message, span, hint))


def no_direction(text: str, key: Span, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    shown = short(text[key[0] : key[1]])
    message = f"Expected ASC or DESC after {shown}, found {found}."
    word = meant(found.word, ("ASC", "DESC")) if found.upper else None
    if word is None and found.upper in ("DESCENDING", "ASCENDING"):
        word = found.upper.partition("ENDING")[0]
    hint = hints.glued(shown) or (f"did you mean {word}?" if word is not None else None)
    hint = hint or f"write {shown} ASC for the smallest first, {shown} DESC for the greatest"
    return _refuse(text, at, finding(text, "missing-direction", message, found.span, hint))


def no_sort_separator(text: str, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"Expected ',' or the end of the order_by, found {found}."
    return _refuse(text, at, finding(text, "missing-comma", message, found.span, "separate the keys with commas"))


def no_path(text: str, place: Place, at: int) -> ExpressionSyntaxError:
    found = Found(text, at)
    message = f"{place} holds the name of one task attribute and nothing else, found {found}."
    hint = "write task.agent_sid: a name, no expression and no quotes"
    return refuse(text, at, finding(text, "not-a-path", message, found.span, hint))
