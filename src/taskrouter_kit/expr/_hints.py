"""What the author of a refused text may have meant: guesses at what to write instead, read off its surroundings."""

from __future__ import annotations

import re
from typing import Final

from taskrouter_kit.expr._tokens import BLANKS

_BEHIND_OPERATOR: Final = re.compile(r"(?:[=<>!,\[]|\b(?:HAS|IN|CONTAINS))[ \t\r\n\f]*\Z", re.IGNORECASE)
_GLUED: Final = re.compile(r"(?<![A-Z])(HAS|IN|CONTAINS|AND|OR|ASC|DESC)\Z")
_NUMBER_END: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*\Z")
_WORD: Final = re.compile(r"[^'\"]+")
_DIGITS: Final = re.compile(r"[0-9]*")
#: Numbers from that many digits on are taken for phone numbers.
_PHONE: Final = 7
_NEAR: Final = 200


def behind_operator(text: str, at: int) -> bool:
    """Tell whether a value is expected at *at*: an operator, a comma or a bracket stands before it."""
    return _BEHIND_OPERATOR.search(text[max(0, at - _NEAR) : at]) is not None


def sign(text: str, at: int) -> str | None:
    """Return what to write for the ``+`` or ``-`` at *at* that is the sign of a number, or None."""
    if text[at] not in "+-" or not behind_operator(text, at):
        return None
    rest = text[at + 1 : at + 1 + _NEAR].lstrip(BLANKS)
    found = _DIGITS.match(rest)
    digits = found[0] if found is not None else ""
    if text[at] == "+" and len(digits) >= _PHONE:
        return f"a phone number is a text: '+{digits}'"
    start = "-" if text[at] == "-" else ""
    if digits:
        return f"write {start}{digits}"
    return f"write {start}0{rest[:2]}" if rest[:1] == "." and rest[1:2].isdigit() else None


def dashed_number() -> str:
    """Return what to write for ``2024-01-01`` and ``555-0100``."""
    return "a date or a phone number is a text: put it in quotes"


def dots(text: str, at: int) -> str | None:
    """Return what to write for the number that ends with the dot at *at*; None where it goes on behind the dot."""
    if text[at + 1 : at + 2].isdigit():
        return None
    found = _NUMBER_END.search(text[max(0, at - _NEAR) : at])
    number = found[0] if found is not None else "1"
    return f"write {number}" if "." in number else f"write {number} or {number}.0"


def index(text: str, opened: int, name: str) -> str:
    """Return what to write for the bracket at *opened* behind *name*, which holds no index."""
    inside = text[opened + 1 : opened + 1 + _NEAR].partition("]")[0].strip(BLANKS)
    if inside.isdigit():
        return f"write {name}[{inside}], without blanks"
    if inside.startswith("-"):
        return "indexes count from 0; there is none from the end"
    key = inside.strip("'\"")
    return f"reach a name with a dot: {name}.{key if key.isidentifier() else 'name'}"


def unclosed(text: str, opened: int) -> str:
    """Return what to write for the string that the quote at *opened* opens and none closes."""
    quote = text[opened]
    other = "'" if quote == '"' else '"'
    if text.count(other, opened) == 1 and text.rstrip(BLANKS + ")").endswith(other):
        return f"it opens with {quote} and ends with {other}: use one of them for both"
    return f"close the string with {quote}, or remove a {quote} too many before it"


def beside_string(text: str, start: int, end: int) -> str:
    """Return what to write where something follows the string from *start* to *end* without a blank."""
    behind = text[end : end + _NEAR]
    if (
        end - start == 2
        and (found := _WORD.match(behind)) is not None
        and behind[found.end() :].startswith(text[start] * 2)
    ):
        return f"the quotes are doubled: write {text[start]}{found[0]}{text[start]}"
    return "quotes inside a string: use the other kind outside, or a backslash"


def glued(word: str) -> str | None:
    """Return where a blank may be missing in *word*, a name that ends with a keyword: ``skillsHAS``."""
    found = _GLUED.search(word)
    if found is None or not word[: found.start()] or word[: found.start()].endswith("."):
        return None
    return f"is a blank missing: {word[: found.start()]} {found[1]}?"
