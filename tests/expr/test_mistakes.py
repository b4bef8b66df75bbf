"""What is said about text that TaskRouter's parser would refuse: whole messages, caret included."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from taskrouter_kit import parse
from taskrouter_kit.errors import ExpressionSyntaxError, TaskRouterKitError
from taskrouter_kit.expr._places import Place

#: Place, text, message. One case or more for every rule of the parser.
REFUSED: list[tuple[Place, str, str]] = [
    (row["place"], row["text"], "\n".join(row["message"]))
    for row in json.loads((Path(__file__).parents[1] / "corpus" / "refusals.json").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("place", "text", "message"), REFUSED, ids=[text for _, text, _ in REFUSED])
def test_a_refusal_says_what_where_and_what_to_do(place: Place, text: str, message: str) -> None:
    """Every refusal has a sentence, a place with a caret, and a hint."""
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(text, place=place)
    assert str(caught.value) == message


def test_every_refusal_has_a_hint() -> None:
    """No finding of the parser leaves the reader alone with what is wrong."""
    for place, text, _ in REFUSED:
        with pytest.raises(ExpressionSyntaxError) as caught:
            parse(text, place=place)
        assert all(diagnostic.hint for diagnostic in caught.value.diagnostics)


def test_a_number_of_a_thousand_digits_is_refused() -> None:
    """Reading a number takes quadratic time, so there is a limit; it is far beyond any number of the service."""
    assert parse(f"a == {'9' * 1000}", place="filter").node.depth == 0
    for number in ("9" * 1001, "9" * 400 + ".0"):
        with pytest.raises(ExpressionSyntaxError) as caught:
            parse(f"a == {number}", place="filter")
        assert [diagnostic.rule for diagnostic in caught.value.diagnostics] == ["long-number"]


def test_damage_comes_before_a_mistake_of_grammar() -> None:
    """The damaged character is reported first, as the service's lexer would; the earlier mistake stands behind it."""
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse("vip AND !(a == 1)", place="filter")
    assert [diagnostic.rule for diagnostic in caught.value.diagnostics] == ["symbol-not", "bare-attribute"]


def test_errors_are_values() -> None:
    """They are ValueErrors of this library, carry their data, and pickle."""
    with pytest.raises(ValueError, match="unclosed-group") as caught:
        parse("(a == 1", place="filter")
    error = caught.value
    assert isinstance(error, TaskRouterKitError)
    assert pickle.loads(pickle.dumps(error)).diagnostics == error.diagnostics
    assert error.diagnostics[0].where.span == (0, 7)


def test_what_is_no_text_is_refused() -> None:
    """Whatever it is, the error is the library's own."""
    for given in (None, 5, b"a == 1", ["a == 1"], parse("a == 1", place="filter")):
        with pytest.raises(ExpressionSyntaxError, match="An expression is a text; got a "):
            parse(given, place="filter")  # type: ignore[call-overload]


def test_an_unknown_place_is_named() -> None:
    """A place that does not exist is refused with the list of those that do."""
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse("a == 1", place="targets")  # type: ignore[call-overload]
    assert str(caught.value) == (
        "There is no place 'targets'. [unknown-place]\n"
        "  hint: known: target_workers, target_workers_expression, filter, evaluate_task_attributes, target, skip_if, "
        "order_by, known_worker_sid, known_worker_friendly_name"
    )
