"""Why a text is refused: one named constructor for each way in which the parser can fail.

The parser says where it failed and what it expected; here the text is cut again and the finding worded. A damaged
character anywhere in the text comes first (it is what the service's lexer reports), then the place where the grammar
failed, if that lies before it.
"""

from __future__ import annotations

from typing import Final

from taskrouter_kit._diagnostics import Diagnostic, Span
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr import _hints as hints
from taskrouter_kit.expr._damage import arithmetic, finding, hyphenated
from taskrouter_kit.expr._foreign import FOREIGN_WORDS, SYMBOL_PAIRS, meant
from taskrouter_kit.expr._mistakes_found import Found, refuse, short
from taskrouter_kit.expr._nodes import MAX_DEPTH, Const, Operand, Path, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._tokens import (
    AND_WORDS,
    BLANKS,
    END,
    FOREIGN_NULLS,
    NUMBER,
    OR_WORDS,
    QUOTES,
    STRING,
    SYMBOL,
    TOKEN,
    WORD,
    WORD_CONSTANTS,
    read_operator,
)


def unknown_place(place: object) -> ExpressionSyntaxError:
    hint = f"known: {', '.join(PLACES)}"
    return ExpressionSyntaxError(Diagnostic("unknown-place", f"There is no place {place!r}.", hint=hint))


def no_text(given: object) -> ExpressionSyntaxError:
    message = f"An expression is a text; got a {type(given).__name__}."
    return ExpressionSyntaxError(Diagnostic("wrong-type", message, hint="the text of a condition is str(condition)"))


def empty(text: str, place: Place) -> ExpressionSyntaxError:
    hint = "write 1==1 for every task or worker" if PLACES[place].condition else "leave the field out instead"
    return ExpressionSyntaxError(finding(text, "empty-expression", f"The {place} is empty.", (0, 0), hint))


# --- an operand is missing -------------------------------------------------------------------------------------------


def no_operand(text: str, operator: Operator | None, operator_span: Span | None, at: int) -> ExpressionSyntaxError:
    """Expected a comparison (no *operator*) or what stands behind *operator*."""
    found = Found(text, at)
    if found.word in FOREIGN_NULLS:
        message = f"{found.word!r} is no constant of TaskRouter."
        return refuse(text, at, finding(text, "foreign-null", message, found.span, "write null"))
    if operator is None or operator_span is None:
        return refuse(text, at, _no_comparison(text, found))
    if found.upper == "NOT":
        message = f"NOT cannot stand behind {operator.value}; it goes before IN only."
        hint = "HAS and CONTAINS have no negation; compare with != or NOT IN"
        return refuse(text, at, finding(text, "unary-not", message, found.span, hint))
    pair = SYMBOL_PAIRS.get(text[operator_span[0] : operator_span[1]] + found.word)
    if found.kind == SYMBOL and pair is not None:
        rule, hint = pair
        both = (operator_span[0], found.span[1])
        return refuse(
            text, at, finding(text, rule, f"{text[both[0] : both[1]]!r} is no operator of TaskRouter.", both, hint)
        )
    written = text[operator_span[0] : operator_span[1]]
    if found.kind == SYMBOL and found.word == "=" and written in ("=", "<", ">", "!"):
        both = (operator_span[0], found.span[1])
        message = f"{written!r} and '=' stand apart."
        return refuse(text, at, finding(text, "split-operator", message, both, f"write {written}="))
    if found.word == "(" and operator in (Operator.IN, Operator.NOT_IN):
        hint = "write IN ['a', 'b']"
        return refuse(
            text, at, finding(text, "parenthesised-list", "A list stands in square brackets.", found.span, hint)
        )
    message = f"Expected a value or a name after {operator.value}, found {found}."
    hint = "a value is a text in quotes, a number, true, false, null, a list in square brackets, or a name"
    if found.word == "(":
        hint = "parentheses stand around whole comparisons: (x == 1 OR x == 2)"
    return refuse(text, at, finding(text, "missing-operand", message, found.span, hint))


def _no_comparison(text: str, found: Found) -> Diagnostic:
    if found.upper == "NOT" or read_operator(found.word) is Operator.NOT_IN:
        hint = "turn the comparison around (x != 1, x NOT IN [...]); HAS and CONTAINS have no negation"
        span = (found.span[0], found.span[0] + 3)
        return finding(text, "unary-not", "NOT cannot stand before a condition; it goes with IN only.", span, hint)
    if found.kind in (WORD, SYMBOL) and found.next == "(" and (operator := read_operator(found.word)) is not None:
        message = f"{found.word!r} is called like a function; it is an operator."
        hint = f"write x {operator.value} 'a'"
        return finding(text, "no-functions", message, found.span, hint)
    if found.upper in ("AND", "OR"):
        message = f"Expected a comparison, found {found.word!r}."
        return finding(
            text, "missing-operand", message, found.span, f"remove this {found.word}, or write what it joins"
        )
    if found.word == ")":
        return finding(
            text, "missing-operand", "Expected a comparison, found ')'.", found.span, "remove empty parentheses"
        )
    hint = "a comparison is a name, an operator and a value, for example level >= 3"
    if found.word.upper() in _REPEATABLE and text[: found.span[0]].strip(BLANKS + "("):
        hint = f"write the name again: x {found.word} …"
    return finding(text, "missing-operand", f"Expected a comparison, found {found}.", found.span, hint)


#: Operators that other languages let stand twice behind one name.
_REPEATABLE: Final = frozenset({"==", "=", "!=", "<", "<=", ">", ">=", "HAS", "IN", "CONTAINS"})


# --- an operator is missing ------------------------------------------------------------------------------------------


def no_operator(text: str, left: Operand, span: Span, at: int) -> ExpressionSyntaxError:
    """Expected an operator behind *left*."""
    found = Found(text, at)
    special = _after_operand(text, left, span, found)
    if special is not None:
        return refuse(text, at, special)
    shown = short(text[span[0] : span[1]])
    if found.upper in FOREIGN_WORDS:
        message = f"{found.word!r} is no operator of TaskRouter."
        return refuse(text, at, finding(text, "foreign-operator", message, found.span, FOREIGN_WORDS[found.upper]))
    if found.upper == "NOT":
        message = f"'NOT {found.next}' does not exist; NOT goes with IN only."
        hint = "HAS and CONTAINS have no negation; compare with != or NOT IN"
        return refuse(text, at, finding(text, "unary-not", message, found.span, hint))
    if found.word == "]":
        return refuse(text, at, _stray_bracket(text, found))
    if found.ends_condition:
        return refuse(text, at, _bare(text, left, span, found))
    message = f"Expected an operator after {shown}, found {found}."
    hint = "operators are ==, !=, <, <=, >, >=, HAS, IN, NOT IN, CONTAINS"
    if _quoted_whole(text, left, span):
        hint = _UNQUOTE
    elif found.kind == WORD and (word := meant(found.word, ("HAS", "IN", "CONTAINS", "AND", "OR"))) is not None:
        hint = f"did you mean {word}?"
    elif (blank := hints.glued(shown)) is not None:
        hint = blank
    return refuse(text, at, finding(text, "missing-operator", message, found.span, hint))


def _bare(text: str, left: Operand, span: Span, found: Found) -> Diagnostic:
    shown = short(text[span[0] : span[1]])
    if isinstance(left, Path):
        message = f"{shown} stands alone: expected an operator after it, found {found}."
        hint = f"write {shown} {'> 0' if left.scope is Scope.QUEUE else '== true'}"
        if found.word == ")" and read_operator(found.next) is not None:
            hint = "parentheses stand around whole comparisons: (x == 1)"
        return finding(text, "bare-attribute", message, found.span, hint)
    message = f"The constant {shown} stands alone: expected an operator after it, found {found}."
    if _quoted_whole(text, left, span):
        return finding(text, "bare-constant", message, found.span, _UNQUOTE)
    hint = "repeat the name (x == 'a' OR x == 'b'), or write x IN ['a', 'b']"
    if text.strip(BLANKS) == text[span[0] : span[1]] and text[span[0]] not in QUOTES:
        hint = "write 1==1 for always, 1==0 for never"
    return finding(text, "bare-constant", message, found.span, hint)


_UNQUOTE: Final = "the whole expression stands in quotes: remove them"


def _quoted_whole(text: str, left: Operand, span: Span) -> bool:
    """Whether the text starts with a string that reads like an expression: the quotes of a template or of a shell."""
    if not isinstance(left, Const) or not isinstance(left.value, str) or text[: span[0]].strip(BLANKS):
        return False
    return any(read_operator(token[token.lastindex or END]) is not None for token in TOKEN.finditer(left.value))


def _after_operand(text: str, operand: Operand, span: Span, found: Found) -> Diagnostic | None:
    """Return what is wrong where something strange follows *operand*, whatever was expected there."""
    adjacent = found.span[0] == span[1]
    if found.kind == NUMBER and found.word.startswith("-"):
        if adjacent and isinstance(operand, Path):
            return hyphenated(text, found.span[0])
        dash = hints.dashed_number() if adjacent and text[span[1] - 1].isdigit() else None
        return arithmetic(text, (found.span[0], found.span[0] + 1), dash)
    if found.kind == WORD and adjacent and isinstance(operand, Const) and text[span[1] - 1] not in "'\"":
        both = (span[0], found.span[1])
        if found.upper[:1] == "E" and (found.word[1:] or found.next.removeprefix("-")).isdigit():
            hint = "write the number out"
            return finding(text, "no-exponent", "TaskRouter reads no exponents.", both, hint)
        if found.upper[:1] == "X" and text[span[0] : span[1]] == "0":
            return finding(text, "no-exponent", "TaskRouter reads no hexadecimal numbers.", both, "write it in decimal")
        if found.upper not in ("AND", "OR"):
            message = f"A name cannot start with a digit: {short(text[both[0] : both[1]])!r}."
            hint = "rename the attribute, or put a text in quotes"
            return finding(text, "name-starts-with-digit", message, both, hint)
    if found.word == "(" and isinstance(operand, Path):
        message = f"{short(text[span[0] : span[1]])!r} is called like a function; TaskRouter has none."
        name = text[span[0] : span[1]].rpartition(".")[2].lower()
        hint = f"compare the attribute itself{' with null' if _is_null_test(name) else ''}"
        if name in ("has", "includes", "contains"):
            hint = f"write x {'CONTAINS' if name == 'contains' else 'HAS'} 'a'"
        return finding(text, "no-functions", message, (span[0], found.span[1]), hint)
    if found.word == "[" and isinstance(operand, Path):
        message = "Only a whole number can stand in brackets behind a name."
        hint = hints.index(text, found.span[0], short(text[span[0] : span[1]]))
        return finding(text, "bad-index", message, found.span, hint)
    return None


def _is_null_test(name: str) -> bool:
    return any(part in name for part in ("null", "has", "exist", "empty", "defined"))


# --- AND or OR is missing --------------------------------------------------------------------------------------------


def no_connective(text: str, right: Operand, at: int) -> ExpressionSyntaxError:
    """Expected AND, OR, ``)`` or the end behind a comparison whose right side is *right*."""
    found = Found(text, at)
    right_span = right.span or (at, at)
    special = _after_operand(text, right, right_span, found)
    if special is not None:
        return refuse(text, at, special)
    expected = "Expected AND, OR or the end of the expression"
    shown = short(text[right_span[0] : right_span[1]])
    if found.word == ",":
        hint = "to compare with several values write x IN ['a', 'b']"
        if text[right_span[1] - 1].isdigit() and found.next[:1].isdigit():
            hint += "; a number stands without commas"
        diagnostic = finding(text, "stray-comma", "A comma stands in lists only.", found.span, hint)
    elif found.kind == SYMBOL or read_operator(found.word) is not None:
        hint = "write a == b AND b == c"
        message = f"Comparisons cannot be chained: {found.word!r} follows a complete one."
        diagnostic = finding(text, "chained-comparison", message, found.span, hint)
    elif found.kind in (WORD, STRING) and found.span[0] == right_span[1] and isinstance(right, Const):
        hint = hints.beside_string(text, *right_span)
        message = f"{expected} right behind {shown}, found {found}."
        diagnostic = finding(text, "missing-connective", message, found.span, hint)
    elif found.word == "]":
        diagnostic = _stray_bracket(text, found)
    else:
        message = f"{expected} after {shown}, found {found}."
        hint = "join comparisons with AND or OR" if found.kind != STRING else "join with AND or OR; is a quote missing?"
        if found.kind == WORD and (word := meant(found.word, ("AND", "OR"))) is not None:
            hint = f"did you mean {word}?"
        elif isinstance(right, Path) and (blank := hints.glued(shown)) is not None:
            hint = blank
        diagnostic = finding(text, "missing-connective", message, found.span, hint)
    return refuse(text, at, diagnostic)


def _stray_bracket(text: str, found: Found) -> Diagnostic:
    hint = "remove it, or open the list with '['"
    return finding(text, "stray-bracket", "This ']' closes no list.", found.span, hint)


# --- groups and lists ------------------------------------------------------------------------------------------------


def unclosed_group(text: str, opened: int) -> ExpressionSyntaxError:
    message = "Expected ')' to close the group opened here, found the end of the expression."
    hint = "add ')', or remove this '('"
    return refuse(text, len(text), finding(text, "unclosed-group", message, (opened, len(text)), hint))


def stray_close(text: str, at: int) -> ExpressionSyntaxError:
    message = "This ')' closes no group."
    hint = "remove it, or open the group with '(' (not inside of a string)"
    return refuse(text, at, finding(text, "stray-parenthesis", message, (at, at + 1), hint))


def unclosed_list(text: str, opened: int) -> ExpressionSyntaxError:
    message = "Expected ']' to close the list opened here, found the end of the expression."
    return refuse(text, len(text), finding(text, "unclosed-list", message, (opened, len(text)), "add ']'"))


def no_item(text: str, at: int) -> ExpressionSyntaxError:
    """Expected a constant in a list."""
    found = Found(text, at)
    if found.word in FOREIGN_NULLS:
        message = f"{found.word!r} is no constant of TaskRouter."
        return refuse(text, at, finding(text, "foreign-null", message, found.span, "write null"))
    if found.kind == WORD and not (found.word in AND_WORDS or found.word in OR_WORDS or found.word in WORD_CONSTANTS):
        hint = f"put the text in quotes: {found.word!r}; or join comparisons with OR"
        message = f"A list holds constants, found the name {short(found.word)!r}."
        return refuse(text, at, finding(text, "name-in-list", message, found.span, hint))
    if found.word == "[":
        message = "A list cannot stand inside of a list."
        return refuse(
            text, at, finding(text, "nested-list", message, found.span, "write the values one after the other")
        )
    message = f"Expected a constant in the list, found {found}."
    hint = "remove the comma before it" if found.word in ("]", ",") else "close the list with ']'"
    return refuse(text, at, finding(text, "missing-item", message, found.span, hint))


def no_separator(text: str, at: int) -> ExpressionSyntaxError:
    """Expected ``,`` or ``]`` in a list."""
    found = Found(text, at)
    message = f"Expected ',' or ']' in the list, found {found}."
    ended = found.upper in ("AND", "OR") or found.word == ")"
    hint = "close the list with ']'" if ended else "separate the items with commas"
    return refuse(text, at, finding(text, "missing-comma", message, found.span, hint))


def unknown_escape(text: str, at: int) -> ExpressionSyntaxError:
    message = f"{text[at : at + 2]!r} is no escape; a string knows \\\\, \\' and \\\"."
    return refuse(text, at, finding(text, "unknown-escape", message, (at, at + 2), "write \\\\ for a backslash"))


def long_number(text: str, span: Span) -> ExpressionSyntaxError:
    message = f"This number has {span[1] - span[0]} characters; no number of the service is that long."
    return refuse(text, span[0], finding(text, "long-number", message, span, "put it in quotes if it is a text"))


def too_deep(text: str, span: Span) -> ExpressionSyntaxError:
    message = f"AND and OR alternate more than {MAX_DEPTH} levels deep here."
    return refuse(text, span[0], finding(text, "too-deep", message, span, "split the condition into smaller ones"))


# --- order_by and known workers --------------------------------------------------------------------------------------
