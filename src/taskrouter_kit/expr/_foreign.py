"""What other languages and tools write, and what to write here instead: operators, signs, placeholders, comments."""

from __future__ import annotations

import re
from typing import Final

from taskrouter_kit._diagnostics import Span

#: Operators of other languages, upper case -> what to write here.
FOREIGN_WORDS: Final[dict[str, str]] = {
    "LIKE": "use CONTAINS for a part of a text",
    "ILIKE": "use CONTAINS for a part of a text",
    "MATCHES": "there are no regular expressions; use CONTAINS, or IN with the values",
    "REGEX": "there are no regular expressions; use CONTAINS, or IN with the values",
    "REGEXP": "there are no regular expressions; use CONTAINS, or IN with the values",
    "RLIKE": "there are no regular expressions; use CONTAINS, or IN with the values",
    "STARTSWITH": "use CONTAINS for a part of a text",
    "ENDSWITH": "use CONTAINS for a part of a text",
    "INCLUDES": "use HAS for an element of a list, CONTAINS for a part of a text",
    "BETWEEN": "write x >= low AND x <= high",
    "EXISTS": "write x != null",
    "IS": "write x == null or x != null",
    "EQ": "write ==",
    "EQUALS": "write ==",
    "EQUAL": "write ==",
    "HAVE": "write HAS",
    "NOTIN": "write NOT IN",
    "NOT_IN": "write NOT IN",
    "INCLUDE": "use HAS for an element of a list, CONTAINS for a part of a text",
    "NE": "write !=",
    "GT": "write >",
    "GTE": "write >=",
    "GE": "write >=",
    "LT": "write <",
    "LTE": "write <=",
    "LE": "write <=",
}

#: Two symbols in a row -> rule and what to write.
SYMBOL_PAIRS: Final[dict[str, tuple[str, str]]] = {
    "===": ("triple-equals", "write =="),
    "!==": ("triple-equals", "write !="),
    "<>": ("symbol-not-equal", "write !="),
    "=>": ("swapped-operator", "write >="),
    "=<": ("swapped-operator", "write <="),
    "=!": ("swapped-operator", "write !="),
}

#: Signs of other languages -> what to write here.
_SIGNS: Final[dict[str, str]] = {
    ";": "remove it: nothing marks the end of an expression",
    ":": "write == to compare; a text with a colon stands in quotes",
    "?": "there is no choice (a ? b : c); write (a AND b) OR c",
    "~": "there are no regular expressions; use CONTAINS, or IN with the values",
    "≠": "write !=",
    "≤": "write <=",
    "≥": "write >=",
    "＝": "write ==",
    "∈": "write IN",
    "∉": "write NOT IN",
    "∧": "write AND",
    "∨": "write OR",
}

#: Where a template has not been filled in, or was filled in by nobody; the offset of its first damaged character is
#: that of the group.
_PLACEHOLDER: Final = re.compile(
    r"""(?x) <?(%)[-=]?(?=[ ]?[A-Za-z_]).{0,80}?%>  |  (%)(?:\[[0-9]+\])?[sdvq](?![A-Za-z0-9_])
    | (%)\([A-Za-z0-9_]+\)[sd]  |  (%)\{  |  (\#)\{"""
)
_PERCENT_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_COMMENT: Final = re.compile(r"//|/\*|(?:--|\#)(?=\s|\Z)")


def meant(word: str, known: tuple[str, ...]) -> str | None:
    """Return which of *known* (upper case) *word* seems to be a slip of; not of words that mean something else."""
    if len(word) > 10 or word.upper() in ("XOR", "NOR", "NAND", "FOR", "AS"):
        return None
    from difflib import get_close_matches  # who makes no mistake does not wait for it

    close = get_close_matches(word.upper(), known, n=1, cutoff=0.66)
    return close[0] if close else None


def foreign(text: str, at: int) -> tuple[str, str, Span, str] | None:
    """Return rule, message, span and hint for a sign of another language or tool at *at*, which belongs to no token."""
    if (span := _placeholder(text, at)) is not None:
        message = f"{text[span[0] : span[1]]!r} is no part of the language; a placeholder may not have been filled in."
        return "unfilled-placeholder", message, span, "fill in the template before parsing"
    if (found := _COMMENT.match(text, at)) is not None:
        hint = "remove it; a workflow's filters have names to say what they are for"
        return "no-comments", f"An expression holds no comments: {found[0]!r}.", found.span(), hint
    if (found := _ENTITY.match(text, at)) is not None and (plain := _unescaped(found[0])) != found[0]:
        message = f"{found[0]!r} is {plain!r} escaped for a web page."
        return "unexpected-character", message, found.span(), f"write {plain}"
    if (found := _PERCENT_ENCODED.match(text, at)) is not None:
        message = f"{found[0]!r} is no part of the language; the text seems to be escaped for a URL."
        return "unexpected-character", message, found.span(), "decode the text before parsing"
    if text[at] in _SIGNS:
        return "unexpected-character", f"{text[at]!r} is no part of the language.", (at, at + 1), _SIGNS[text[at]]
    return None


def _placeholder(text: str, at: int) -> Span | None:
    """Return the span of the placeholder whose first damaged character is at *at*."""
    start = at - 1 if text[at - 1 : at] == "<" else at
    found = _PLACEHOLDER.match(text, start)
    return found.span() if found is not None and found.start(found.lastindex or 0) == at else None


def _unescaped(entity: str) -> str:
    from html import unescape  # a list of two thousand names that next to nobody needs

    return unescape(entity)
