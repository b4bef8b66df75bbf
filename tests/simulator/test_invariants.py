"""Whatever is done, in whatever order: what must hold of a world, and that the same doing gives the same world."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.wild import OPTIONS, STEPS, Step, make, run
from taskrouter_kit.simulator import Engine, EngineOptions


@given(st.booleans(), STEPS, OPTIONS)
def test_invariants(multi: bool, steps: list[Step], options: EngineOptions) -> None:
    """No task is in two states, counters agree with reservations, nothing outlives its time, lines are in order."""
    engine, workspace = make(multi, 1, options)
    run(engine, workspace, steps)


@given(st.booleans(), STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_one_seed_one_world(multi: bool, steps: list[Step]) -> None:
    """The same steps with the same seed give the same world, byte for byte."""
    worlds = []
    for _ in range(2):
        engine, workspace = make(multi, 5)
        run(engine, workspace, steps)
        worlds.append(json.dumps(engine.save()))
    assert worlds[0] == worlds[1]


@given(st.booleans(), STEPS, STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_saving_in_between_changes_nothing(multi: bool, before: list[Step], after: list[Step]) -> None:
    """A world that was saved and loaded goes on exactly as the one that was not."""
    engine, workspace = make(multi, 9)
    run(engine, workspace, before)
    loaded = Engine.load(json.loads(json.dumps(engine.save())))
    run(engine, workspace, after)
    run(loaded, loaded.world.workspaces[workspace.sid], after)
    assert json.dumps(loaded.save()) == json.dumps(engine.save())


@given(st.booleans(), STEPS, STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_a_saved_world_stays_as_it_was(multi: bool, before: list[Step], after: list[Step]) -> None:
    """What was saved is not changed by the world that goes on, nor by one that was loaded from it."""
    engine, workspace = make(multi, 9)
    run(engine, workspace, before)
    saved = engine.save()
    text = json.dumps(saved)
    for world in (engine, Engine.load(saved), Engine.load(saved)):
        run(world, world.world.workspaces[workspace.sid], after)
        assert json.dumps(saved) == text
