"""The line of those who have room: the same as a list that is sorted anew whenever somebody comes or leaves."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.simulator import _roster
from taskrouter_kit.simulator._roster import IdleLine, Place

WORKERS = 9
#: Who is meant, since when he or she is idle (None: leaves), and whether somebody asks who is there.
STEPS = st.lists(st.tuples(st.integers(0, WORKERS - 1), st.none() | st.integers(0, 4), st.booleans()), max_size=60)


def place(since: int, position: int) -> Place:
    return cast("Place", (since, position, f"worker {position}", "channel"))


@pytest.mark.parametrize(("short", "noted"), [(1, 1), (1, 3), (3, 4), (64, 1_024)])
def test_a_line_is_in_order_whoever_comes_and_leaves(monkeypatch: pytest.MonkeyPatch, short: int, noted: int) -> None:
    """Longest idle first, then by position; who stands there as bits, however many came and left since it was asked."""
    for name, many in (("_SHORT", short), ("_NEAR", short), ("_NOTED", noted)):
        monkeypatch.setattr(_roster, name, many)

    @given(st.booleans(), STEPS, st.binary(min_size=WORKERS, max_size=WORKERS))
    def law(full: bool, steps: list[tuple[int, int | None, bool]], accepted: bytes) -> None:
        line = IdleLine()
        model = {position: place(1, position) for position in range(WORKERS if full else 0)}
        for each in model.values():
            line.put(each)
        wanted = bytearray(each & 1 for each in accepted)
        bits = sum(1 << position for position, each in enumerate(wanted) if each)
        for position, since, asks in steps:
            if since is not None:
                model[position] = place(since, position)
                line.put(model[position])
            elif position in model:
                del model[position]
                # Both ways out of a line.
                (line.take_first if asks else line.take_out)(position)
            standing = sorted(model.values(), key=lambda each: each[:2])
            able = [each for each in standing if wanted[each[1]]]
            assert [line.place_of[each] for each in line.positions] == standing
            assert line.place_of == model
            assert line.longest_idle(wanted, bits) == (able[0] if able else None)
            if asks:
                assert line.free == sum(1 << each for each in model)
                among: list[Any] = [each for each in line.among(bits & line.free) if wanted[each[1]]]
                assert among == able
        assert line.free == sum(1 << each for each in model)

    law()
