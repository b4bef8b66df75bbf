"""Lanes of timers: the order of a sorted list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.simulator._timers import NEVER, Timer, Timers

#: Time that passes, the kind of a timer, and its span; a span of None takes the timers that are due.
STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.none() | st.sampled_from([0, 1, 5, 7])))


@given(STEPS, st.integers(0, 60))
def test_lanes_fire_as_a_sorted_list_does(steps: list[tuple[int, int, int | None]], reload_at: int) -> None:
    """Whatever is armed when, and loaded again in between: by moment, then kind, then age."""
    timers, plain, now = Timers(), list[Timer](), 0
    for number, (passes, kind, span) in enumerate(steps):
        now += passes
        if number == reload_at:
            timers = Timers(timers)
        if span is not None:
            timer = (now + span, kind, number, "WS", "WT")
            lane = timers.lanes[kind].get(span)
            if lane is None:
                timers.open(span, timer)
            else:
                lane.append(timer)
            plain = sorted([*plain, timer])
        else:
            due = [each for each in plain if each[0] <= now]
            plain = plain[len(due) :]
            taken = list[Timer]()
            while timers.soonest <= now:
                taken.append(timers.pop())
            assert taken == due
        assert sorted(timers) == plain
        assert bool(timers) == bool(plain)
        assert timers.soonest == (plain[0][0] if plain else NEVER)
        assert not plain or timers.first == plain[0]
