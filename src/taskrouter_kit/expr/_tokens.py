"""Text <-> tokens: the one place that knows how names, strings, numbers and operators are spelled.

One regular expression cuts a text into tokens, each behind its white space. Every alternative starts with a character
of its own and the last one takes any character, so that cutting takes linear time and never fails; what the last one
took is damage, explained by ``_mistakes``.
"""

# Documented: expressions.md section 3 (strings, numbers, names); # Inferred: expressions.md section 10 (grammar)

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import Final

from taskrouter_kit.expr._nodes import Scalar
from taskrouter_kit.expr._operators import TABLE, Operator

# Kinds of token: the number of the group that matched.
SYMBOL: Final = 1
WORD: Final = 2
STRING: Final = 3
NUMBER: Final = 4
MARK: Final = 5
END: Final = 6
DAMAGE: Final = 7

#: Characters that separate tokens. No others do: a no-break space is damage.
BLANKS: Final = " \t\r\n\f"

_NAME = r"[A-Za-z_$][A-Za-z0-9_$]*"

TOKEN: Final = re.compile(
    rf"""[{BLANKS}]*(?:
        # `x IN[1]` is a list behind IN, not element 1 of an attribute called IN.
        (==?|!=|>[=-]?|<[=-]?|(?i:not)[{BLANKS}]+(?i:in)(?![A-Za-z0-9_$.])|(?i:in|has|contains)(?=\[))
        |({_NAME}(?:\.{_NAME}|\[[0-9]{{1,9}}\])*)
        |('[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")
        |(-?[0-9]+(?:\.[0-9]+)?)
        |([()\[\],])
        |(\Z)
        |(.)
    )""",
    re.VERBOSE | re.DOTALL,
)

_PLAIN = r"""(?:'[^'\\]*'|"[^"\\]*"|[0-9]{1,15}(?![0-9.]))"""
_PLAIN_LIST = rf"""\[[{BLANKS}]*(?:{_PLAIN}(?:[{BLANKS}]*,[{BLANKS}]*{_PLAIN})*[{BLANKS}]*)?\]"""
_NO_MORE = r"(?![A-Za-z0-9_$.\[])"

_TAIL = rf"[{BLANKS}]*([)]|(?:AND|OR|and|or){_NO_MORE}|\Z)?"

#: The form that nearly every clause has, and what follows it: an optional '(', a name, an operator, a constant or name,
#: then AND, OR, ')' or the end. A shortcut: what it does not match is read token by token with the same result. No two
#: repeated parts can take the same characters, so that a failed match costs no more than a look at them.
CLAUSE: Final = re.compile(
    rf"""[{BLANKS}]*(?:(\()[{BLANKS}]*)?
        ({_NAME}(?:\.{_NAME})*)
        [{BLANKS}]*([=!<>][=-]?|(?<=[{BLANKS}])(?:NOT[ ])?[A-Za-z]+{_NO_MORE})[{BLANKS}]*
        ({_PLAIN}|{_NAME}(?:\.{_NAME})*{_NO_MORE}|{_PLAIN_LIST})
        {_TAIL}
    """,
    re.VERBOSE,
)
#: What follows a group, as it follows a clause.
TAIL: Final = re.compile(_TAIL)
#: The items of a list that CLAUSE has matched.
PLAIN_ITEM: Final = re.compile(_PLAIN)
QUOTES: Final = frozenset("'\"")
DIGITS: Final = frozenset("0123456789")

_SORT_SEGMENT = r"[A-Za-z0-9_$][A-Za-z0-9_$-]*"

#: Tokens of ``order_by``, in the same groups (there are no numbers: they are words). Its segments may start with a
#: digit and hold hyphens.
# Observed: expressions.md section 3 (``worker.routing.levels.988ENsk DESC`` is in production use)
ORDER_TOKEN: Final = re.compile(
    rf"""[{BLANKS}]*(?:
        (==?|!=|>[=-]?|<[=-]?)
        |({_SORT_SEGMENT}(?:\.{_SORT_SEGMENT}|\[[0-9]{{1,9}}\])*)
        |('[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")
        |((?!))
        |([()\[\],])
        |(\Z)
        |(.)
    )""",
    re.VERBOSE | re.DOTALL,
)

IS_NAME: Final = re.compile(_NAME)
IS_SORT_SEGMENT: Final = re.compile(_SORT_SEGMENT)

#: More digits than this are refused: no number of the service has them, and reading them takes quadratic time.
MAX_DIGITS: Final = 1000


def _in_any_case(word: str) -> Iterable[str]:
    return map("".join, product(*((letter.lower(), letter.upper()) for letter in word)))


#: Spelling -> operator. ``NOT IN`` with other blanks or case between goes through :func:`read_operator`.
OPERATORS: Final[dict[str, Operator]] = {
    spelling: row.operator
    for row in TABLE.values()
    for symbol in (row.operator.value, *row.synonyms)
    for spelling in (_in_any_case(symbol) if symbol.isalpha() else (symbol, symbol.lower()))
}
AND_WORDS: Final = frozenset(_in_any_case("and"))
OR_WORDS: Final = frozenset(_in_any_case("or"))

#: Spelling -> value of the constants that are words.
WORD_CONSTANTS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(_in_any_case("true"), True),
    **dict.fromkeys(_in_any_case("false"), False),
    **dict.fromkeys(_in_any_case("null"), None),
}

#: Words of other languages for "nothing": refused with a hint rather than read as names of attributes.
FOREIGN_NULLS: Final = frozenset({"None", "undefined", "nil", "NaN"})

#: Words that stand for themselves where an operand is expected, and so are no names there.
RESERVED: Final[frozenset[str]] = frozenset(
    {*AND_WORDS, *OR_WORDS, *_in_any_case("not"), *WORD_CONSTANTS, *FOREIGN_NULLS}
    | {spelling for spelling in OPERATORS if spelling.isalpha()}
)


def read_operator(word: str) -> Operator | None:
    """Return the operator that *word* spells, in any case and with any blanks inside."""
    found = OPERATORS.get(word)
    return found if found is not None else OPERATORS.get(" ".join(word.upper().split()))


def read_segments(name: str) -> tuple[str | int, ...]:
    """Return the segments of a dotted *name* with array indexes: ``a.b[2]`` -> ``("a", "b", 2)``."""
    if "[" not in name:
        return tuple(name.split("."))
    parts = name.replace("]", "").replace("[", ".[").split(".")
    return tuple(int(part[1:]) if part[0] == "[" else part for part in parts)


def unescape(body: str) -> str:
    r"""Return what *body* (without its quotes) says: ``\\``, ``\'`` and ``\"`` stand for the second character.

    Raises ValueError with the offset of the backslash of any other escape.
    """
    pieces: list[str] = []
    start = 0
    while (found := body.find("\\", start)) >= 0:
        if body[found + 1] not in "\\'\"":
            raise ValueError(found)
        pieces.append(body[start:found])
        pieces.append(body[found + 1])
        start = found + 2
    pieces.append(body[start:])
    return "".join(pieces)


def quote(value: str) -> str:
    """Return *value* as a string of the language; double quotes unless single ones save the escaping."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', '\\"') + '"'
