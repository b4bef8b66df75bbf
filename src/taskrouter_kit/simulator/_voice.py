"""Telephone calls without a telephone network: what becomes of a call, and what it does to reservation and task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._call_commands import HangUp, PlanCall
from taskrouter_kit.simulator._changes import arm
from taskrouter_kit.simulator._refusals import refused
from taskrouter_kit.simulator._scene import RecordedCall, Scene
from taskrouter_kit.simulator._task_state import ROUTED, CallState, ReservationState, TaskState
from taskrouter_kit.simulator._timers import CALL
from taskrouter_kit.simulator._unset import UNSET

# Documented: callbacks.md section 2; the codes of a call that could not be made
_FAILED: Final = {"dequeue": 40133, "call": 40113, "redirect": 40122, "conference": 40145}
# Observed: routing.md section 2; canceled_reason_code of an invalid telephone number
_INVALID_NUMBER: Final = 13223
# Documented: callbacks.md section 2; the timeout of a call is 60 s
_RINGS_SECONDS: Final = 60


def plan_call(scene: Scene, command: PlanCall) -> None:
    """Remember what becomes of the next calls."""
    after = None if command.after_ms is UNSET else command.after_ms
    scene.workspace.call_plans += [(command.outcome, after, command.worker_sid or None)] * command.times


def call(
    scene: Scene,
    reservation: ReservationState,
    instruction: str,
    options: Mapping[str, str],
    *,
    accepts: bool,
    post_work: str | None = None,
) -> None:
    """Make the call of an instruction, which accepts the reservation when it is answered, if *accepts*.

    *post_work* is the SID of the activity into which the worker goes when the task is completed.
    """
    outcome, after = _planned(scene, reservation, options)
    # Documented: routing.md section 2; while an accept with call set-up is in flight, the clock is paused
    reservation.call = made = CallState(instruction, outcome, holds=accepts, post_work_activity_sid=post_work)
    machine = scene.machine
    machine.calls.append(
        RecordedCall(
            scene.now,
            instruction,
            reservation.sid,
            reservation.task_sid,
            reservation.worker_sid,
            tuple(options.items()),
            outcome,
        )
    )
    if after == 0:
        call_ended(scene, reservation)
        return
    trace.called(scene, reservation, instruction, None)
    made.ends_at = scene.now + after
    arm(scene, CALL, made.ends_at, reservation.sid)


def _planned(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> tuple[str, int]:
    """Return what becomes of a call to the worker of *reservation*, and in how many milliseconds."""
    plans = scene.workspace.call_plans
    place = next((each for each, plan in enumerate(plans) if plan[2] in (None, reservation.worker_sid)), None)
    outcome, after = (scene.options.call_outcome, None) if place is None else plans.pop(place)[:2]
    if after is None:
        seconds = options.get("timeout", "")
        rings = int(seconds) if seconds.isdecimal() else _RINGS_SECONDS
        after = rings * 1000 if outcome == "no-answer" else scene.options.call_takes_ms
    return outcome, after


def call_ended(scene: Scene, reservation: ReservationState) -> None:
    """Let the call to the worker come to what it was to come to."""
    call = reservation.call
    assert call is not None, "it has been made"
    task, outcome, instruction = reservation.task, call.outcome, call.instruction
    accepts, call.holds, call.ends_at = call.holds, False, None
    trace.called(scene, reservation, instruction, outcome)
    if outcome == "answered":
        if instruction == "dequeue":
            _add_call_sid(scene, task)
        if accepts:
            # Documented: callbacks.md section 2.3; accepted when the Worker answers and is bridged
            lifecycle.accept(scene, reservation)
        return
    message = f"The call of {instruction} came to nothing: {outcome}"
    scene.debug(_FAILED[instruction], message, reservation.sid)
    trace.debugged(scene, task, _FAILED[instruction], message)
    if accepts:
        # Documented: routing.md section 2; if the set-up fails, the Reservation becomes canceled, instead of timeout
        call.canceled_reason_code = _INVALID_NUMBER if outcome == "failed" else None
        lifecycle.cancel_reservation(scene, reservation, "its call came to nothing")


def _add_call_sid(scene: Scene, task: TaskState) -> None:
    # Documented: routing.md section 14; dequeue adds worker_call_sid to the attributes
    task.attributes = {**task.attributes, "worker_call_sid": scene.machine.sid("CA")}
    task.attributes_text = json.dumps(task.attributes, separators=(",", ":"), ensure_ascii=False)


def hang_up(scene: Scene, command: HangUp) -> None:
    """End the call of a task."""
    workspace = scene.workspace
    task = workspace.tasks[command.task_sid]
    if task.assignment_status in ROUTED:
        # Documented: routing.md section 14; caller hangs up before assignment: Task canceled
        lifecycle.cancel_task(scene, task, "Caller hung up")
        return
    reservations = [workspace.reservations[sid] for sid in task.reservations]
    calls = (each.call for each in reservations if each.reservation_status == "accepted")
    by = next((call.instruction for call in calls if call is not None), None)
    if by not in ("dequeue", "conference") or task.assignment_status != "assigned":
        # Decided: nobody hangs up a call that was never connected
        raise refused(f"No worker talks to the caller of task {task.sid}")
    if by == "conference" and workspace.multi_task_enabled:
        # Documented: routing.md section 1; wrapping automatically when a voice conference ends in multitasking
        lifecycle.wrap_task(scene, task)
    else:
        # Documented: routing.md section 14; disconnect: Task completed, Worker to post-work Activity
        lifecycle.complete_task(scene, task, "Call ended")
