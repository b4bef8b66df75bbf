# ruff: noqa: RUF009  (option() makes an attrs field, not a shared default)
"""What can be done with a reservation: the instructions, as the answer of an assignment callback and as a REST form.

One class per instruction, checked when it is built: required options, values, combinations. What is built is never
refused for its own sake; what it meets (a call that ended, a worker without ``contact_uri``) only the service knows.
``to_dict`` is the JSON of a callback's answer, ``to_form`` the REST parameters of the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, TypeAlias

from attrs import field, frozen

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import Json
from taskrouter_kit.models import _instruction_options as check
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._instruction_base import (
    CALL_EVENTS,
    AnyInstruction,
    CallEvent,
    CallRecording,
    Instruction,
    check_needed,
    check_ring_time,
    nobody_to_call,
)
from taskrouter_kit.models._instruction_conference import Conference
from taskrouter_kit.models._instruction_options import ActivityAddress, ActivitySids, option, required

_RECORDING = check.choice("record-from-answer", "do-not-record")


@frozen(kw_only=True)
class Accept(Instruction):
    """Accept the reservation: the task is assigned, and nothing is connected."""

    # Documented: callbacks.md section 2.1
    word = "accept"

    def to_form(self, activities: ActivitySids | None = None) -> dict[str, str | list[str]]:
        """Return ``ReservationStatus=accepted``."""
        return {"ReservationStatus": "accepted"}


@frozen(kw_only=True)
class Reject(Instruction):
    """Reject the reservation; the worker goes to ``activity`` or keeps the last one, and may be offered it again."""

    # Documented: callbacks.md section 2.2; # Decided: the activity is optional, as the prose and the samples say
    word = "reject"

    activity: ActivityAddress | None = option(
        "activity_sid", "WorkerActivitySid", check.activity, code=40100, activity=True
    )

    def to_form(self, activities: ActivitySids | None = None) -> dict[str, str | list[str]]:
        """Return ``ReservationStatus=rejected`` and the worker's activity."""
        form: dict[str, str | list[str]] = {"ReservationStatus": "rejected"}
        form.update((each.parameter, check.form_value(value)) for each, value in self._options(activities))
        return form


@frozen(kw_only=True)
class Dequeue(Instruction):
    """Bridge the waiting call to the worker. Only for tasks that ``<Enqueue>`` made.

    ``to`` defaults to the worker's ``contact_uri``, ``from_`` to the caller's number, ``timeout`` to 60 seconds.
    """

    # Documented: callbacks.md section 2.3
    word = "dequeue"

    to: str | None = option("to", "DequeueTo", check.dialable, code=40131)
    from_: str | None = option("from", "DequeueFrom", check.text, code=40132)
    post_work_activity: ActivityAddress | None = option(
        "post_work_activity_sid", "DequeuePostWorkActivitySid", check.activity, code=40130, activity=True
    )
    record: CallRecording | None = option("record", "DequeueRecord", _RECORDING)
    timeout: int | timedelta | None = option("timeout", "DequeueTimeout", check.whole_seconds)
    status_callback_url: str | None = option("status_callback_url", "DequeueStatusCallbackUrl", check.url, code=40157)
    status_callback_events: Sequence[CallEvent] | None = option(
        "status_callback_events", "DequeueStatusCallbackEvent", CALL_EVENTS, code=40134, events=True
    )

    def _combinations(self, problems: Problems) -> None:
        check_ring_time(problems, self.to, self.timeout)
        check_needed(problems, self, "status_callback_events", "status_callback_url")

    def foreseen(self, worker: Mapping[str, Json], task: Mapping[str, Json]) -> dict[int, str]:
        """Return 40140 for a task that is no waiting call, 40131 where nobody can be called."""
        no_call = {} if task.get("call_sid") else {40140: "the task has no call_sid"}
        return no_call | nobody_to_call(self.to, worker, 40131)


@frozen(kw_only=True)
class CallWorker(Instruction):
    """Call the worker and run the TwiML of ``url`` when they answer; the service's word is ``call``.

    Without ``accept=True`` the reservation stays pending: the TwiML must accept it (``<Dial><Queue reservationSid>``).
    """

    # Documented: callbacks.md section 2.4
    word = "call"

    from_: str = field(metadata=required("from", "CallFrom", check.text, code=40111))
    url: str = field(metadata=required("url", "CallUrl", check.url, code=40112))
    to: str | None = option("to", "CallTo", check.dialable, code=40110)
    accept: bool | None = option("accept", "CallAccept", check.flag)
    record: CallRecording | None = option("record", "CallRecord", _RECORDING)
    timeout: int | timedelta | None = option("timeout", "CallTimeout", check.whole_seconds)
    status_callback_url: str | None = option("status_callback_url", "CallStatusCallbackUrl", check.url, code=40158)

    def _combinations(self, problems: Problems) -> None:
        check_ring_time(problems, self.to, self.timeout)

    def foreseen(self, worker: Mapping[str, Json], task: Mapping[str, Json]) -> dict[int, str]:
        """Return 40110 where nobody can be called."""
        return nobody_to_call(self.to, worker, 40110)


@frozen(kw_only=True)
class Redirect(Instruction):
    """Send the waiting call ``call_sid`` to the TwiML of ``url``; ``accept`` also accepts the reservation."""

    # Documented: callbacks.md section 2.5
    word = "redirect"

    call_sid: str = field(metadata=required("call_sid", "RedirectCallSid", check.sid("CA", "call"), code=40121))
    url: str = field(metadata=required("url", "RedirectUrl", check.url, code=40120))
    accept: bool | None = option("accept", "RedirectAccept", check.flag)


@frozen(kw_only=True)
class Supervise(AnyInstruction):
    """Let ``supervisor`` (a worker's SID or a contact URI) listen to, whisper into or join an accepted reservation.

    A task's reservation takes it over REST; no assignment callback can answer it. ``from_`` is the number that the
    supervisor sees: the service refuses one (40148) where it knows none.
    """

    # Documented: callbacks.md section 2.7
    word = "supervise"

    supervisor: str = field(metadata=required("supervisor", "Supervisor", check.text))
    mode: Literal["monitor", "whisper", "barge"] = field(
        metadata=required("supervisor_mode", "SupervisorMode", check.choice("monitor", "whisper", "barge"))
    )
    from_: str | None = option("from", "From", check.text, code=40148)

    def _combinations(self, problems: Problems) -> None:
        if looks_like_sid(str(self.supervisor)) and not str(self.supervisor).startswith("WK"):
            problems.add("wrong-sid", "Expected a worker; this is the SID of something else.", field="supervisor")


#: What a reservation's REST update takes.
ReservationUpdate: TypeAlias = Accept | Reject | Dequeue | CallWorker | Redirect | Conference | Supervise
