"""Instructions: what a REST call or the answer of an assignment callback does to a reservation.

There is no telephone network: calls are recorded, and come to what ``_voice.py`` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _voice as voice
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._instruction_values import check_values
from taskrouter_kit.simulator._refusals import Refused, no_such
from taskrouter_kit.simulator._scene import RecordedCall, Scene
from taskrouter_kit.simulator._task_state import ReservationState

# Documented: callbacks.md section 2; code of an instruction for a reservation that is no longer pending
_NOT_PENDING: Final = {"call": 40114, "redirect": 40123, "dequeue": 40135, "conference": 40136}


def update_reservation(scene: Scene, command: commands.UpdateReservation) -> ReservationState:
    """Accept, reject, wrap or complete a reservation."""
    workspace = scene.workspace
    reservation = workspace.reservations[command.reservation_sid]
    status = command.reservation_status
    # Asking an UNSET whether it is true is dear: who it is says the same.
    activity = None if command.worker_activity_sid is UNSET else command.worker_activity_sid or None
    if activity is not None and activity not in workspace.activities:
        raise no_such("WorkerActivitySid", activity, workspace.sid)
    if status == "accepted":
        lifecycle.accept(scene, reservation)
    elif status == "rejected":
        lifecycle.reject(scene, reservation, activity)
    elif status in ("wrapping", "completed") and not scene.options.flex:
        # Documented: resources.md section 10; accepted and rejected, Flex also wrapping and completed
        raise Refused(400, 20001, f"ReservationStatus cannot be set to {status} without Flex")
    elif status == "wrapping":
        lifecycle.wrap_reservation(scene, reservation)
    elif status == "completed":
        lifecycle.complete_reservation(scene, reservation)
    elif status:
        # Inferred: resources.md section 10; the other statuses are not for those who update: 400 with code 20001
        raise Refused(400, 20001, f"ReservationStatus cannot be set to {status}")
    return reservation


def instruct(scene: Scene, command: commands.Instruct) -> ReservationState:
    """Carry an instruction out; every refusal has the code of the error catalogue."""
    reservation = scene.workspace.reservations[command.reservation_sid]
    name, options = command.instruction.lower(), command.options
    # Inferred: callbacks.md section 3; instructions in any case
    action = _ACTIONS.get(name)
    if action is None:
        # Documented: callbacks.md section 2; unknown instruction
        raise Refused(400, 55555, f"Unknown instruction {command.instruction!r}")
    if name in _NOT_PENDING and reservation.reservation_status != "pending":
        raise Refused(400, _NOT_PENDING[name], f"Reservation {reservation.sid} is not pending")
    if name in _NOT_PENDING and reservation.on_hold:
        # Decided: one call at a time
        raise Refused(400, _NOT_PENDING[name], f"Reservation {reservation.sid} is on hold: its worker is being called")
    check_values(name, options)
    action(scene, reservation, options)
    return reservation


def _accept(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    lifecycle.accept(scene, reservation)


def _reject(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    activity = options.get("activity_sid") or None
    if activity is None and scene.options.reject_needs_activity:
        raise Refused(400, 40100, "reject needs activity_sid")
    if activity is not None and activity not in scene.workspace.activities:
        # Documented: callbacks.md section 2.2; present and invalid: 40100, the Reservation stays pending
        raise Refused(400, 40100, f"Activity {activity} does not exist")
    lifecycle.reject(scene, reservation, activity)


def _dequeue(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    task = scene.workspace.tasks[reservation.task_sid]
    if not task.attributes.get("call_sid"):
        # Documented: callbacks.md section 2.3; only Tasks made by Enqueue
        raise Refused(400, 40140, "The task has no call_sid in its attributes")
    _need_contact(scene, reservation, options, "to", 40131)
    after = _post_work(scene, options, 40130)
    events = {part.strip() for part in options.get("status_callback_events", "").split(",") if part.strip()}
    if events - {"initiated", "ringing", "answered", "completed"}:
        # Documented: callbacks.md section 2.3; 40134
        raise Refused(400, 40134, "status_callback_events may hold initiated, ringing, answered and completed")
    _need_url(options, "status_callback_url", 40157, required=False)
    voice.call(scene, reservation, "dequeue", options, accepts=True, post_work=after)


def _call(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    _need_contact(scene, reservation, options, "to", 40110)
    if not options.get("from"):
        # Documented: callbacks.md section 2.4; from and url are required
        raise Refused(400, 40111, "call needs from")
    _need_url(options, "url", 40112, required=True)
    _need_url(options, "status_callback_url", 40158, required=False)
    voice.call(scene, reservation, "call", options, accepts=_accepts(options, unless_said=False))


def _redirect(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    if not options.get("call_sid"):
        # Documented: callbacks.md section 2.5; call_sid and url are required
        raise Refused(400, 40121, "redirect needs call_sid")
    _need_url(options, "url", 40120, required=True)
    accepts = _accepts(options, unless_said=scene.options.redirect_accepts)
    voice.call(scene, reservation, "redirect", options, accepts=accepts)


def _conference(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    attributes = scene.workspace.tasks[reservation.task_sid].attributes
    if not (attributes.get("call_sid") and attributes.get("to")) and not attributes.get("outbound_to"):
        # Documented: callbacks.md section 2.6; attributes call_sid and to, or outbound_to
        raise Refused(400, 40142, "The task has neither call_sid and to nor outbound_to in its attributes")
    _need_contact(scene, reservation, options, "to", 40137)
    after = _post_work(scene, options, 40139)
    _need_url(options, "status_callback", 40159, required=False)
    # Documented: callbacks.md section 2.6; accepted only if all worked, cleaned up otherwise
    voice.call(scene, reservation, "conference", options, accepts=True, post_work=after)


def _supervise(scene: Scene, reservation: ReservationState, options: Mapping[str, str]) -> None:
    if reservation.reservation_status not in ("accepted", "wrapping"):
        # Documented: callbacks.md section 2.7
        raise Refused(400, 40146, f"Reservation {reservation.sid} has not been accepted")
    supervisor = options.get("supervisor", "")
    worker = scene.workspace.workers.get(supervisor)
    if not supervisor or (supervisor.startswith("WK") and (worker is None or not worker.attributes.get("contact_uri"))):
        raise Refused(400, 40147, "The supervisor has no contact_uri")
    if not options.get("from"):
        # Documented: callbacks.md section 2.7; 40147 without contact_uri, 40148 without from
        raise Refused(400, 40148, "supervise needs from")
    _record(scene, reservation, "supervise", options)


def _accepts(options: Mapping[str, str], *, unless_said: bool) -> bool:
    # Documented: callbacks.md section 2.4; accept defaults to false: somebody accepts later
    said = options.get("accept", "").lower()
    return said in ("true", "1", "yes") or (not said and unless_said)


def _need_contact(
    scene: Scene, reservation: ReservationState, options: Mapping[str, str], name: str, code: int
) -> None:
    # Documented: callbacks.md section 2; required if the Worker has no contact_uri
    worker = scene.workspace.workers[reservation.worker_sid]
    if not options.get(name) and not worker.attributes.get("contact_uri"):
        raise Refused(400, code, f"The worker has no contact_uri and {name} is not given")


def _post_work(scene: Scene, options: Mapping[str, str], code: int) -> str | None:
    """Return the activity that the worker goes to after the work, if one is given."""
    after = options.get("post_work_activity_sid") or None
    if after is not None and after not in scene.workspace.activities:
        raise Refused(400, code, f"Activity {after} does not exist")
    return after


def _need_url(options: Mapping[str, str], name: str, code: int, *, required: bool) -> None:
    value = options.get(name)
    if (required and not value) or (value and not value.startswith(("http://", "https://"))):
        raise Refused(400, code, f"{name} is missing or not an address")


def _record(scene: Scene, reservation: ReservationState, name: str, options: Mapping[str, str]) -> None:
    made = RecordedCall(
        scene.now, name, reservation.sid, reservation.task_sid, reservation.worker_sid, tuple(options.items())
    )
    scene.machine.calls.append(made)


_ACTIONS: Final = {
    "accept": _accept,
    "reject": _reject,
    "dequeue": _dequeue,
    "call": _call,
    "redirect": _redirect,
    "conference": _conference,
    "supervise": _supervise,
}
