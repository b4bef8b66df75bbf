"""Laws of what people write: every hand is read, every slip is refused where the grammar stops."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.grammar import failure
from property.handwriting import SLIPS, slip, write
from property.strategies import AttributeTable, nodes
from taskrouter_kit import Diagnostic, parse, render
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._nodes import Comparison, Scope
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._tokens import FOREIGN_NULLS
from taskrouter_kit.expr._walk import walk

_SCHEMA: AttributeTable = {"a": "text", "b": "numbers", "lang": "texts", "channel": "nested", "in_": "flag"}
_SCOPES: dict[Place, tuple[Scope, ...]] = {
    "target_workers": (Scope.WORKER,),
    "target_workers_expression": (Scope.WORKER,),
    "filter": (Scope.TASK, Scope.CLOCK),
    "evaluate_task_attributes": (Scope.TASK,),
    "target": (Scope.WORKER, Scope.TASK, Scope.CLOCK, Scope.NONE),
    "skip_if": (Scope.QUEUE,),
}
places = st.sampled_from(sorted(_SCOPES))
randoms = st.randoms(use_true_random=False)
#: Refused although the grammar reads a name: what other languages write for null.
_FOREIGN = re.compile(rf"(?<![\w$.])(?:{'|'.join(sorted(FOREIGN_NULLS))})(?![\w$.])")


@given(st.data(), places, randoms)
def test_every_hand_is_read(data: st.DataObject, place: Place, random: Random) -> None:
    """Case, quotes, blanks, line breaks, synonyms, lists, prefixes and parentheses of any style give the same tree."""
    node = data.draw(nodes(_SCHEMA, _SCOPES[place], max_leaves=4))
    text = write(node, place, random)
    assert failure(text) is None
    condition = parse(text, place=place)
    assert isinstance(condition, Condition)
    assert condition.node == node
    assert render(condition, lossless=True) == text
    assert parse(render(condition), place=place) == condition
    for part in walk(condition.node):
        if isinstance(part, Comparison):
            assert part.span is not None
            alone = parse(text[slice(*part.span)], place=place)
            assert isinstance(alone, Condition)
            assert alone.node == part


@given(st.data(), places, randoms, st.integers(1, 3))
def test_a_slip_is_refused_where_the_grammar_stops(
    data: st.DataObject, place: Place, random: Random, slips: int
) -> None:
    """What is no expression any more is refused, with a message at or beside the offset; everything else is read."""
    text = write(data.draw(nodes(_SCHEMA, _SCOPES[place], max_leaves=3)), place, random)
    for _ in range(slips):
        text = slip(text, random)
    _agrees(text, place)


#: Texts of ours in which everything that the language has occurs.
_TEXTS: list[tuple[Place, str]] = [
    ("filter", "(team == 'a' OR vip=true) AND tags has \"x\" and note != null"),
    ("target", "worker.langs[0] IN ['en','fr', 1] AND task.to NOT IN worker.blocked OR worker.level>= -2.5"),
    ("target_workers", "((level <- [])) AND \"a\" in names AND mail CONTAINS 'it\\'s' AND n > 007"),
]


@pytest.mark.parametrize(("place", "text"), _TEXTS, ids=[place for place, _ in _TEXTS])
def test_every_slip_at_every_token(place: Place, text: str) -> None:
    """Each token dropped, doubled, or with each slip before it or in its place; each character dropped or doubled."""
    assert failure(text) is None
    edited: set[str] = set()
    for start, end in [found.span() for found in re.finditer(r"\w+|[^\w\s]+", text)]:
        edited |= {text[:start] + text[end:], text[:end] + text[start:]}
        edited |= {text[:start] + each + text[start:] for each in SLIPS}
        edited |= {text[:start] + each + text[end:] for each in SLIPS}
    for at in range(len(text)):
        edited |= {text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]}
    assert len(edited) > 1000
    refused = [each for each in sorted(edited) if _agrees(each, place)]
    assert len(refused) > len(edited) / 2


def _agrees(text: str, place: Place) -> bool:
    """Return whether *text* is refused, after looking whether the grammar says so too, and where."""
    at, found = failure(text), _refusal(text, place)
    if found is None:
        assert at is None or not text.strip(), text
        return False
    assert found.hint
    assert found.where.span is not None
    if found.rule == "foreign-null":
        assert _FOREIGN.search(text)
        return True
    start, end = found.where.span
    assert at is not None, str(found)
    assert start <= at <= end, str(found)
    return True


def _refusal(text: str, place: Place) -> Diagnostic | None:
    try:
        assert render(parse(text, place=place), lossless=True) == text
    except ExpressionSyntaxError as error:
        return error.diagnostics[0]
    return None
