"""Why a character is no part of the language: the finding for damage that no token covers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from taskrouter_kit._diagnostics import Diagnostic, Span, Where
from taskrouter_kit.expr import _hints as hints
from taskrouter_kit.expr._foreign import foreign
from taskrouter_kit.expr._tokens import BLANKS, DAMAGE

_WIDE_NAME: Final = re.compile(r"[A-Za-z0-9_$]+(?:-+[A-Za-z0-9_$]+)+")
_NAME_END: Final = re.compile(r"[A-Za-z0-9_$]+\Z")
_TYPOGRAPHIC: Final = frozenset("“”„‟‘’‚‛«»‹›´′″＇＂")
_ARITHMETIC: Final = frozenset("+*/%^")


def finding(text: str, rule: str, message: str, span: Span, hint: str | None = None) -> Diagnostic:
    """Return an error at *span* of *text*."""
    return Diagnostic(rule, message, where=Where(text=text, span=span), hint=hint)


def first_damage(text: str, tokens: re.Pattern[str]) -> Diagnostic | None:
    """Return the finding for the first character of *text* that belongs to none of *tokens*, if there is one."""
    for token in tokens.finditer(text):
        if token.lastindex == DAMAGE:
            return _explain(text, token.start(DAMAGE))
    return None


def hyphenated(text: str, at: int) -> Diagnostic:
    """Return the finding for the hyphen at *at* inside a name."""
    start = at - len(found[0] if (found := _NAME_END.search(text[max(0, at - 200) : at])) else "")
    found = _WIDE_NAME.match(text, start)
    name = found[0] if found else text[start : at + 1]
    hint = (
        f"TaskRouter stores such an attribute but no expression can read it; rename it, for example to "
        f"{name.replace('-', '_')}"
    )
    if hints.behind_operator(text, start):
        hint = f"put a text in quotes: '{name}'; an attribute of that name cannot be read"
    return finding(text, "hyphenated-name", f"A name cannot contain a hyphen: {name!r}.", (at, at + 1), hint)


def arithmetic(text: str, span: Span, hint: str | None = None) -> Diagnostic:
    """Return the finding for a sign of arithmetic at *span*."""
    otherwise = "compare with a value worked out beforehand, or remove the character if it is a slip"
    return finding(
        text,
        "no-arithmetic",
        f"{text[span[0]]!r} means nothing here: TaskRouter's expressions know no arithmetic.",
        span,
        hint or hints.sign(text, span[0]) or otherwise,
    )


def _explain(text: str, at: int) -> Diagnostic:
    """Return the finding for the damaged character at *at*."""
    character = text[at]
    if character in "'\"":
        return _unclosed_string(text, at)
    if character in _TYPOGRAPHIC:
        message = f"{character} is a typographic quote; TaskRouter knows only \" and '."
        return finding(text, "typographic-quote", message, (at, at + 1), "write \" or ' around strings")
    if character == "`":
        hint = "write \" or ' around texts, and nothing around names"
        return finding(text, "typographic-quote", "` is no quote of TaskRouter.", (at, at + 1), hint)
    if (found := foreign(text, at)) is not None:
        return finding(text, *found)
    if character == "!":
        return _exclamation(text, at)
    if character in "&|":
        word = "AND" if character == "&" else "OR"
        end = at + 2 if text.startswith(character * 2, at) else at + 1
        rule = f"symbol-{word.lower()}"
        return finding(text, rule, f"{text[at:end]!r} is no operator of TaskRouter.", (at, end), f"write {word}")
    if character == "-":
        if _is_name(text, at - 1) and _is_name(text, at + 1):
            return hyphenated(text, at)
        return arithmetic(text, (at, at + 1))
    if character in _ARITHMETIC:
        return arithmetic(text, (at, at + 1))
    if character == ".":
        return _dot(text, at)
    if character in "{}":
        return _brace(text, at)
    if character == "\\":
        hint = "the text seems to be escaped once too often"
        return finding(text, "stray-backslash", "A backslash stands outside of a string.", (at, at + 1), hint)
    return _strange(text, at)


def _unclosed_string(text: str, at: int) -> Diagnostic:
    hint = hints.unclosed(text, at)
    return finding(text, "unclosed-string", "The string opened here is never closed.", (at, len(text)), hint)


def _exclamation(text: str, at: int) -> Diagnostic:
    rest = text[at + 1 : at + 200].lstrip(BLANKS)
    if rest.startswith("="):
        end = text.index("=", at) + 1
        return finding(text, "split-operator", "'!' and '=' stand apart.", (at, end), "write !=")
    hint = "turn the comparison around (x != true, x NOT IN [...]); HAS and CONTAINS have no negation"
    return finding(text, "symbol-not", "'!' is no operator of TaskRouter.", (at, at + 1), hint)


def _dot(text: str, at: int) -> Diagnostic:
    after = text[at + 1 : at + 2]
    if after.isalnum() and not after.isascii():
        return _foreign_letter(text, after, (at, at + 2))
    if after.isdigit() and _is_name(text, at - 1) and not _is_number_before(text, at):
        message = "A name behind a dot cannot start with a digit (order_by alone allows it)."
        hint = "rename the attribute so that it starts with a letter"
        return finding(text, "name-starts-with-digit", message, (at, at + 2), hint)
    if after.isdigit() and not _is_name(text, at - 1):
        return finding(
            text, "bare-decimal-point", "A number starts with a digit.", (at, at + 2), f"write 0{text[at : at + 2]}"
        )
    if _is_number_before(text, at):
        if (number := hints.dots(text, at)) is not None:
            return finding(text, "bare-decimal-point", "A number ends with a digit.", (at, at + 1), number)
        hint = "put an address, a version or a date in quotes"
        return finding(text, "stray-dot", "A number has one dot at most.", (at, at + 1), hint)
    message = "A dot stands between two names, without blanks."
    return finding(text, "stray-dot", message, (at, at + 1), "write worker.skills, task.language")


def _brace(text: str, at: int) -> Diagnostic:
    start = at - 1 if text[at - 1 : at] == "$" else at
    message = f"{text[start : at + 1]!r} is no part of the language; a placeholder may not have been filled in."
    hint = "fill in the template before parsing"
    if start == at and text[at + 1 : at + 200].lstrip(BLANKS)[:1] in ("'", '"'):
        hint += "; a list stands in square brackets: ['a', 'b']"
    return finding(text, "unfilled-placeholder", message, (start, at + 1), hint)


def _strange(text: str, at: int) -> Diagnostic:
    character = text[at]
    if not character.isprintable():
        name = unicodedata.name(character, "control character")
        message = f"An invisible character stands here: U+{ord(character):04X} ({name})."
        return finding(text, "invisible-character", message, (at, at + 1), "replace it with a blank")
    if character.isalnum():
        return _foreign_letter(text, character, (at, at + 1))
    message = f"{character!r} is no part of the language."
    return finding(text, "unexpected-character", message, (at, at + 1), "remove it, or quote the text it belongs to")


def _foreign_letter(text: str, letter: str, span: Span) -> Diagnostic:
    message = f"A name is made of A-Z, a-z, 0-9, _ and $; {letter!r} is none of them."
    return finding(text, "non-ascii-name", message, span, "rename the attribute, or quote a text")


def _is_name(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at] in "_$" or (text[at].isascii() and text[at].isalnum()))


def _is_number_before(text: str, at: int) -> bool:
    found = _NAME_END.search(text[max(0, at - 200) : at])
    return found is not None and found[0].isdigit()
