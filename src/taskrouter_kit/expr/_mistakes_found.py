"""Where the reading of a text ended: the token there, and how its finding stands to the damage of the text."""

from __future__ import annotations

from attrs import evolve

from taskrouter_kit._diagnostics import Diagnostic, Span
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr._damage import first_damage
from taskrouter_kit.expr._tokens import END, QUOTES, STRING, TOKEN, WORD


class Found:
    """The token at an offset, and the one after it."""

    def __init__(self, text: str, at: int) -> None:
        tokens = TOKEN.finditer(text, at)
        token = next(tokens)
        self.kind = token.lastindex or END
        self.word = token[self.kind]
        self.span: Span = token.span(self.kind)
        following = next(tokens, None)
        self.next = "" if following is None else following[following.lastindex or 0]

    @property
    def upper(self) -> str:
        return self.word.upper() if self.kind == WORD else ""

    def __str__(self) -> str:
        if self.kind == END:
            return "the end of the expression"
        if self.kind == STRING:
            return f"the string {short(self.word)}"
        return short(repr(self.word))

    @property
    def ends_condition(self) -> bool:
        return self.kind == END or self.word in (")", ",", "]") or self.upper in ("AND", "OR")


def short(text: str) -> str:
    """Return *text* without its middle where it is long."""
    return text if len(text) <= 40 else f"{text[:30]}…{text[-5:]}"


def refuse(text: str, at: int, found: Diagnostic) -> ExpressionSyntaxError:
    """Return the error for *found*, where the grammar failed at *at*, behind damage of the text if there is any."""
    damage = first_damage(text, TOKEN)
    if damage is None:
        return ExpressionSyntaxError(found)
    assert damage.where.span is not None
    if damage.where.span[0] <= at:
        return ExpressionSyntaxError(damage)
    if damage.rule != "unclosed-string" and any(text.count(quote) % 2 for quote in QUOTES):
        damage = evolve(damage, hint=f"{damage.hint}; but look first whether a quote before it is missing or too many")
    return ExpressionSyntaxError((damage, found))
