"""Expressions that others wrote: what could be stored is read and written back, damage is refused where it is."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from shared_material import shared
from taskrouter_kit import parse, render
from taskrouter_kit.errors import ExpressionSyntaxError

# Decided: expressions.md section 8; a sort key without `worker.` and `undefined` for null are named traps of this
# library and refused, although the collection does not mark these rows.
REFUSED_BY_DECISION = {"unprefixed-sort-key", "foreign-null"}


def _rows() -> Iterator[dict[str, Any]]:
    with shared("corpus/expressions.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _report(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\ncorpus of expressions: {line}\n")


def test_every_row_that_could_be_stored_is_read_and_written_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Parse, render and parse again give the same tree; the author's text is kept."""
    read, refused = 0, Counter[str]()
    for row in _rows():
        if row.get("valid") is False:
            continue
        text, place = row["expression"], row["kind"]
        try:
            found = parse(text, place=place)
        except ExpressionSyntaxError as error:
            refused[error.diagnostics[0].rule] += 1
            continue
        canonical = render(found)
        assert parse(canonical, place=place) == found, row["id"]
        assert render(parse(canonical, place=place)) == canonical, row["id"]
        assert render(found, lossless=True) == text, row["id"]
        read += 1
    _report(capsys, f"{read} rows read and written back, refused by decision: {dict(refused)}")
    assert set(refused) <= REFUSED_BY_DECISION
    assert read > 100 * refused.total()


def test_every_damaged_row_is_refused_at_the_damage(capsys: pytest.CaptureFixture[str]) -> None:
    """The first finding covers the damaged offset or ends right beside it."""
    pointed = 0
    for row in _rows():
        if row.get("valid") is not False:
            continue
        with pytest.raises(ExpressionSyntaxError) as caught:
            parse(row["expression"], place=row["kind"])
        span = caught.value.diagnostics[0].where.span
        assert span is not None
        assert span[0] <= row["damage_at"] <= span[1], f"{row['id']}\n{caught.value}"
        pointed += 1
    _report(capsys, f"{pointed} damaged rows refused, each at its damage")
    assert pointed
