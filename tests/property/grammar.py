"""The handbook's grammar, read a second time and in another way: by hand, one character class after the other.

It says only where a text stops being an expression; the parser must agree, and its message must stand there.
"""

# Inferred: expressions.md section 10 (grammar)

from __future__ import annotations

import re
from typing import Final

_TOKENS: Final = re.compile(
    r"""(?xs)[ \t\r\n\f]*(?:
      (?P<connective>(?i:AND|OR)(?![A-Za-z0-9_$.]|\[[0-9]+\]))
    | (?P<operator>(?i:NOT[ \t\r\n\f]+IN(?![A-Za-z0-9_$.])|(?:IN|HAS|CONTAINS)(?![A-Za-z0-9_$.])))
    | (?P<not>(?i:NOT)(?![A-Za-z0-9_$.]|\[[0-9]+\]))
    | (?P<constant>(?i:TRUE|FALSE|NULL)(?![A-Za-z0-9_$.]|\[[0-9]+\]))
    | (?P<path>[A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z_$][A-Za-z0-9_$]*|\[[0-9]+\])*)
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<symbol>==|!=|>=|<=|>-|<-|=|<|>)
    | (?P<mark>[()\[\],])
    | (?P<end>\Z))"""
)
_BAD_ESCAPE: Final = re.compile(r"(?s)\\(?:[\\'\"]|(.))")

Token = tuple[str, str, int]


def failure(text: str) -> int | None:
    """Return where *text* stops being an expression, or None: first what is no token, then what stands wrong."""
    tokens: list[Token] = []
    at = 0
    while not tokens or tokens[-1][0] != "end":
        found = _TOKENS.match(text, at)
        if found is None:
            return at + len(text[at:]) - len(text[at:].lstrip(" \t\r\n\f"))
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind], found.start(kind)))
        at = found.end()
    try:
        _expression(tokens)
    except _Wrong as wrong:
        return wrong.at
    return None


class _Wrong(Exception):
    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def _expression(tokens: list[Token]) -> None:
    at = depth = 0
    while True:
        while tokens[at][1] == "(":
            at, depth = at + 1, depth + 1
        at = _operand(tokens, at)
        if tokens[at][0] not in ("operator", "symbol"):
            raise _Wrong(tokens[at][2])
        at = _operand(tokens, at + 1)
        while tokens[at][1] == ")" and depth:
            at, depth = at + 1, depth - 1
        kind, _, start = tokens[at]
        if kind == "end" and not depth:
            return
        if kind != "connective":
            raise _Wrong(start)
        at += 1


def _operand(tokens: list[Token], at: int) -> int:
    kind, word, start = tokens[at]
    if kind in ("constant", "number", "string"):
        return _constant(tokens, at)
    if kind == "path":
        return at + 1
    if word != "[":
        raise _Wrong(start)
    at += 1
    if tokens[at][1] == "]":
        return at + 1
    while True:
        at = _constant(tokens, at)
        if tokens[at][1] == "]":
            return at + 1
        if tokens[at][1] != ",":
            raise _Wrong(tokens[at][2])
        at += 1


def _constant(tokens: list[Token], at: int) -> int:
    kind, word, start = tokens[at]
    if kind not in ("constant", "number", "string"):
        raise _Wrong(start)
    for escape in _BAD_ESCAPE.finditer(word) if kind == "string" else ():
        if escape[1] is not None:
            raise _Wrong(start + escape.start())
    return at + 1
