"""What events and traces say is made when somebody reads them; it is what was so when they were noted."""

from __future__ import annotations

import copy
import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from simulator.centre import Centre
from simulator.wild import STEPS, make, run
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._trace_entry import unfold


@given(st.booleans(), STEPS)
def test_when_it_is_read_makes_no_difference(multi: bool, steps: list[tuple[str, int, int, int]]) -> None:
    """Events and traces that are read after each step say what they say to who reads them at the end."""
    (curious, watched), (patient, _) = make(multi, 5), make(multi, 5)
    for step in steps:
        run(curious, watched, [step])
        for event in watched.events:
            assert event.data is event.data
        for entries in watched.traces.values():
            assert all(entry.to_dict() for entry in unfold(entries))
    run(patient, next(iter(patient.world.workspaces.values())), steps)
    assert json.dumps(curious.save()) == json.dumps(patient.save())


def test_an_event_keeps_the_names_of_its_time() -> None:
    """An event of a task that is read after everything was renamed still has the old names."""
    centre = Centre()
    queue = centre.queue("Spanish")
    workflow = centre.workflow(default=queue)
    task = centre.task(language="es")
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, friendly_name="Español")
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, friendly_name="Other")
    created = next(each for each in centre.events(task) if each.event_type == "task.created")
    assert (created.data["TaskQueueName"], created.data["WorkflowName"]) == ("Spanish", "Main")
    assert created.description == f"Task {task.sid} created"


def test_an_event_equals_what_says_the_same() -> None:
    """A copy of an event equals it, however it was made, and has the same hash; another event does not."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    task = centre.task()
    created = next(each for each in centre.events(task) if each.event_type == "task.created")
    for other in (copy.copy(created), copy.deepcopy(created), pickle.loads(pickle.dumps(created))):
        assert (created == other, created != other, hash(created) == hash(other)) == (True, False, True)
    entered = next(each for each in centre.events(task) if each.event_type == "workflow.entered")
    assert (created == entered, created != entered, created == created.to_dict()) == (False, True, False)
