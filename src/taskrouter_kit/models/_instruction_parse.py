"""The JSON of a callback's answer, or the form of a reservation's update -> the instruction in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import attrs

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models import _instruction_options as check
from taskrouter_kit.models._instruction_base import AnyInstruction, Instruction
from taskrouter_kit.models._instruction_conference import Conference
from taskrouter_kit.models._instruction_options import Option
from taskrouter_kit.models._instructions import (
    Accept,
    CallWorker,
    Dequeue,
    Redirect,
    Reject,
    ReservationUpdate,
    Supervise,
)

_BY_WORD: dict[str, type[Instruction]] = {
    each.word: each for each in (Accept, Reject, Dequeue, CallWorker, Redirect, Conference)
}


def parse_instruction(document: Json) -> Instruction:
    """Return the instruction in the JSON of a callback's answer; options that are not known are kept in ``extra``.

    Numbers and flags may stand in quotes, events may be separated by commas or blanks.
    Raises :class:`InvalidDeclaration` with everything that is wrong: no object, no or an unknown instruction, options.
    """
    if not isinstance(document, Mapping):
        raise _refused("invalid-instruction", "An instruction is a JSON object.", 40001)
    word = document.get("instruction")
    if word is None:
        raise _refused("invalid-instruction", "The object has no 'instruction'.", 40005)
    if not isinstance(word, str) or word.lower() not in _BY_WORD:
        hint = f"it is one of {', '.join(_BY_WORD)}"
        raise _refused("invalid-instruction", "There is no such instruction.", 55555, hint)
    cls = _BY_WORD[word.lower()]
    # Any: the class checks what the document holds
    values: dict[str, Any] = {}
    known = {"instruction"}
    for each in attrs.fields(cls):
        declared: Option | None = each.metadata.get("option")
        if declared is None:
            continue
        known.add(declared.key)
        if declared.key in document:
            values[each.alias or each.name] = _of_text(document[declared.key], declared)
        elif each.default is attrs.NOTHING:
            values[each.alias or each.name] = None
    extra = {key: value for key, value in document.items() if key not in known}
    try:
        return cls(**values, extra=extra)
    except InvalidDeclaration as error:
        idle = {
            str(each.where.path).partition(".")[2] for each in error.diagnostics if each.rule == "incomplete-option"
        }
        if len(idle) < len(error.diagnostics):
            raise
    # Observed: callbacks.md section 2; answers with an option that means nothing without another are common
    #   and the service takes them
    kept = {key: document[key] for key in document if key in idle}
    return cls(**{name: value for name, value in values.items() if name not in idle}, extra={**extra, **kept})


def _refused(rule: str, message: str, code: int, hint: str | None = None) -> InvalidDeclaration:
    where = Where(path="$.instruction")
    return InvalidDeclaration(Diagnostic(rule, f"{message} ({code})", where=where, hint=hint))


def parse_reservation_update(form: Mapping[str, Json]) -> ReservationUpdate:
    """Return the instruction in the parameters of a reservation's REST update, as any SDK spells them.

    ``DequeueFrom``, ``dequeueFrom`` and ``dequeue_from`` are one name. What belongs to no option of the instruction is
    kept in ``extra``. Raises :class:`InvalidDeclaration` as :func:`parse_instruction`, and for a status that is no
    decision (``wrapping``, ``completed``, …).
    """
    given = {_plain(name): (name, value) for name, value in form.items()}
    word = given.get("instruction", ("", None))[1]
    status = given.get("reservationstatus", ("", None))[1]
    decisions: dict[str, type[AnyInstruction]] = {"accepted": Accept, "rejected": Reject}
    known: dict[str, type[AnyInstruction]] = {**_BY_WORD, Supervise.word: Supervise}
    cls = known.get(str(word).lower()) if word is not None else decisions.get(str(status).lower())
    if cls is None:
        what = "There is no such instruction" if word is not None else "There is neither instruction nor decision"
        raise _refused("invalid-instruction", f"{what}.", 55555 if word is not None else 40005)
    # Any: the class checks what the form holds
    values: dict[str, Any] = {}
    taken = {"instruction", "reservationstatus"}
    for each in attrs.fields(cls):
        declared: Option | None = each.metadata.get("option")
        if declared is not None:
            plain = _plain(declared.parameter)
            taken.add(plain)
            if plain in given:
                values[each.alias or each.name] = _of_text(given[plain][1], declared)
            elif each.default is attrs.NOTHING:
                values[each.alias or each.name] = None
    if issubclass(cls, Instruction):
        values["extra"] = {name: value for plain, (name, value) in given.items() if plain not in taken}
    return cast("ReservationUpdate", cls(**values))


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


#: Longer numbers are none of the service's, and reading them takes quadratic time.
_MOST_DIGITS: Final = 9


def _of_text(value: Json, declared: Option) -> object:
    """Return the value of an option that may have been written as a text, as a form writes all of them."""
    # Decided: callbacks.md section 2; a number or a flag in quotes is read as what it spells
    if not isinstance(value, str):
        return value
    if declared.events:
        return value.replace(",", " ").split()
    digits = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    if digits and declared.check in (check.whole_seconds, check.participants):
        return int(value)
    if value in {"true", "false"} and (declared.check is check.flag or declared.parameter == "Record"):
        return value == "true"
    return value
