# ruff: noqa: RUF009  (option() makes an attrs field, not a shared default)
"""What can be done with a reservation: the instructions, as the answer of an assignment callback and as a REST form.

One class per instruction, checked when it is built: required options, values, combinations. What is built is never
refused for its own sake; what it meets (a call that ended, a worker without ``contact_uri``) only the service knows.
``to_dict`` is the JSON of a callback's answer, ``to_form`` the REST parameters of the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Literal, TypeAlias

import attrs
from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models import _instruction_options as check
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._instruction_options import ActivityAddress, ActivitySids, Option, option, required

CallEvent: TypeAlias = Literal["initiated", "ringing", "answered", "completed"]
ConferenceEvent: TypeAlias = Literal["start", "end", "join", "leave", "mute", "hold", "speaker"]
CallRecording: TypeAlias = Literal["record-from-answer", "do-not-record"]
HttpMethod: TypeAlias = Literal["GET", "POST"]
Region: TypeAlias = Literal["us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"]

_CALL_EVENTS = check.call_events("initiated", "ringing", "answered", "completed")
_CONFERENCE_EVENTS = check.call_events("start", "end", "join", "leave", "mute", "hold", "speaker")
_RECORDING = check.choice("record-from-answer", "do-not-record")
_METHOD = check.choice("GET", "POST")
_OTHER_RECORDINGS: tuple[CallRecording | bool, ...] = (True, False, "record-from-answer", "do-not-record")


@frozen(kw_only=True)
class AnyInstruction:
    """Base of all instructions. A value: compares by content, never changes."""

    #: The word the service knows it by.
    word: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        problems = Problems(type(self).__name__)
        for name, each, value in self._given():
            before = len(problems.found)
            each.check(problems, name, value)
            if each.code is not None:
                problems.found[before:] = [_coded(found, each.code) for found in problems.found[before:]]
        self._combinations(problems)
        problems.raise_any()

    def _combinations(self, problems: Problems) -> None:
        """Note what is wrong with options that do not go together."""

    def _given(self) -> list[tuple[str, Option, Any]]:  # Any: each option has a type of its own
        given: list[tuple[str, Option, Any]] = []
        for each in attrs.fields(type(self)):
            declared: Option | None = each.metadata.get("option")
            value = getattr(self, each.name)
            if declared is not None and (value is not None or each.default is attrs.NOTHING):
                given.append((each.name, declared, value))
        return given

    def _options(self, activities: ActivitySids | None) -> list[tuple[Option, Any]]:
        return [
            (each, check.activity_sid(value, activities, f"{type(self).__name__}.{name}") if each.activity else value)
            for name, each, value in self._given()
        ]

    def to_form(self, activities: ActivitySids | None = None) -> dict[str, str | list[str]]:
        """Return the parameters of a reservation's REST update; *activities* gives the SIDs of activity names."""
        form: dict[str, str | list[str]] = {"Instruction": self.word}
        form.update((each.parameter, check.form_value(value)) for each, value in self._options(activities))
        return form


@frozen(kw_only=True)
class Instruction(AnyInstruction):
    """Base of the instructions that an assignment callback can answer with.

    ``extra`` holds options that this library does not know; they are sent as they are.
    """

    extra: Mapping[str, Json] = field(factory=dict[str, Json], repr=False)

    def to_dict(self, activities: ActivitySids | None = None) -> dict[str, Json]:
        """Return the JSON of a callback's answer; *activities* gives the SIDs of activity names."""
        known: dict[str, Json] = {"instruction": self.word}
        known.update((each.key, check.spelled(value)) for each, value in self._options(activities))
        return {**self.extra, **known}


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
        "status_callback_events", "DequeueStatusCallbackEvent", _CALL_EVENTS, code=40134, events=True
    )

    def _combinations(self, problems: Problems) -> None:
        _ring_time(problems, self.to, self.timeout)
        _needs(problems, self, "status_callback_events", "status_callback_url")


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
        _ring_time(problems, self.to, self.timeout)


@frozen(kw_only=True)
class Redirect(Instruction):
    """Send the waiting call ``call_sid`` to the TwiML of ``url``; ``accept`` also accepts the reservation."""

    # Documented: callbacks.md section 2.5
    word = "redirect"

    call_sid: str = field(metadata=required("call_sid", "RedirectCallSid", check.sid("CA", "call"), code=40121))
    url: str = field(metadata=required("url", "RedirectUrl", check.url, code=40120))
    accept: bool | None = option("accept", "RedirectAccept", check.flag)


@frozen(kw_only=True)
class Conference(Instruction):
    """Call the worker and put both into a conference; the reservation is accepted when all of it worked.

    The recommended one for voice. ``to`` defaults to the worker's ``contact_uri``. ``conference_record`` is a text:
    the service ignores a JSON flag there. Options without a group of their own are about the worker's leg.
    """

    # Documented: callbacks.md sections 2.6 and 3
    word = "conference"

    to: str | None = option("to", "To", check.dialable, code=40137)
    from_: str | None = option("from", "From", check.text, code=40138)
    timeout: int | timedelta | None = option("timeout", "Timeout", check.whole_seconds)
    post_work_activity: ActivityAddress | None = option(
        "post_work_activity_sid", "PostWorkActivitySid", check.activity, code=40139, activity=True
    )
    # Observed: callbacks.md section 2.6; a text as for dequeue is in use beside the documented flag
    record: bool | CallRecording | None = option("record", "Record", check.choice(*_OTHER_RECORDINGS))
    muted: bool | None = option("muted", "Muted", check.flag)
    beep: Literal["true", "false", "onEnter", "onExit"] | None = option(
        "beep", "Beep", check.choice("true", "false", "onEnter", "onExit")
    )
    start_conference_on_enter: bool | None = option("start_conference_on_enter", "StartConferenceOnEnter", check.flag)
    end_conference_on_exit: bool | None = option("end_conference_on_exit", "EndConferenceOnExit", check.flag)
    end_conference_on_customer_exit: bool | None = option(
        "end_conference_on_customer_exit", "EndConferenceOnCustomerExit", check.flag
    )
    beep_on_customer_entrance: bool | None = option("beep_on_customer_entrance", "BeepOnCustomerEntrance", check.flag)
    wait_url: str | None = option("wait_url", "WaitUrl", check.url)
    wait_method: HttpMethod | None = option("wait_method", "WaitMethod", _METHOD)
    early_media: bool | None = option("early_media", "EarlyMedia", check.flag)
    max_participants: int | None = option("max_participants", "MaxParticipants", check.participants)
    status_callback: str | None = option("status_callback", "StatusCallback", check.url, code=40159)
    status_callback_method: HttpMethod | None = option("status_callback_method", "StatusCallbackMethod", _METHOD)
    status_callback_event: Sequence[CallEvent] | None = option(
        "status_callback_event", "StatusCallbackEvent", _CALL_EVENTS, events=True
    )
    conference_status_callback: str | None = option(
        "conference_status_callback", "ConferenceStatusCallback", check.url, code=40159
    )
    conference_status_callback_method: HttpMethod | None = option(
        "conference_status_callback_method", "ConferenceStatusCallbackMethod", _METHOD
    )
    conference_status_callback_event: Sequence[ConferenceEvent] | None = option(
        "conference_status_callback_event", "ConferenceStatusCallbackEvent", _CONFERENCE_EVENTS, events=True
    )
    conference_record: Literal["true", "false", "record-from-start", "do-not-record"] | None = option(
        "conference_record", "ConferenceRecord", check.choice("true", "false", "record-from-start", "do-not-record")
    )
    conference_trim: Literal["trim-silence", "do-not-trim"] | None = option(
        "conference_trim", "ConferenceTrim", check.choice("trim-silence", "do-not-trim")
    )
    recording_channels: Literal["mono", "dual"] | None = option(
        "recording_channels", "RecordingChannels", check.choice("mono", "dual")
    )
    recording_status_callback: str | None = option("recording_status_callback", "RecordingStatusCallback", check.url)
    recording_status_callback_method: HttpMethod | None = option(
        "recording_status_callback_method", "RecordingStatusCallbackMethod", _METHOD
    )
    conference_recording_status_callback: str | None = option(
        "conference_recording_status_callback", "ConferenceRecordingStatusCallback", check.url
    )
    conference_recording_status_callback_method: HttpMethod | None = option(
        "conference_recording_status_callback_method", "ConferenceRecordingStatusCallbackMethod", _METHOD
    )
    region: Region | None = option(
        "region", "Region", check.choice("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1")
    )
    sip_auth_username: str | None = option("sip_auth_username", "SipAuthUsername", check.text)
    sip_auth_password: str | None = field(
        default=None,
        repr=False,
        metadata=required("sip_auth_password", "SipAuthPassword", check.text),
    )
    jitter_buffer_size: Literal["small", "medium", "large", "off"] | None = option(
        "jitter_buffer_size", "JitterBufferSize", check.choice("small", "medium", "large", "off")
    )

    def _combinations(self, problems: Problems) -> None:
        _ring_time(problems, self.to, self.timeout)
        for prefix in ("", "conference_"):
            _needs(problems, self, f"{prefix}status_callback_method", f"{prefix}status_callback")
            _needs(problems, self, f"{prefix}status_callback_event", f"{prefix}status_callback")
            _needs(problems, self, f"{prefix}recording_status_callback_method", f"{prefix}recording_status_callback")
        _needs(problems, self, "sip_auth_password", "sip_auth_username")
        _needs(problems, self, "sip_auth_username", "sip_auth_password")

    def to_form(self, activities: ActivitySids | None = None) -> dict[str, str | list[str]]:
        """Return the parameters of the Participants API, as the REST form has them."""
        form = super().to_form(activities)
        # Documented: callbacks.md section 3; Record is a flag in the REST form
        if isinstance(self.record, str):
            form["Record"] = "true" if self.record == "record-from-answer" else "false"
        return form


@frozen(kw_only=True)
class Supervise(AnyInstruction):
    """Let ``supervisor`` (a worker's SID or a contact URI) listen to, whisper into or join an accepted reservation.

    A task's reservation takes it over REST; no assignment callback can answer it.
    """

    # Documented: callbacks.md section 2.7
    word = "supervise"

    supervisor: str = field(metadata=required("supervisor", "Supervisor", check.text))
    mode: Literal["monitor", "whisper", "barge"] = field(
        metadata=required("supervisor_mode", "SupervisorMode", check.choice("monitor", "whisper", "barge"))
    )

    def _combinations(self, problems: Problems) -> None:
        if looks_like_sid(str(self.supervisor)) and not str(self.supervisor).startswith("WK"):
            problems.add("wrong-sid", "Expected a worker; this is the SID of something else.", field="supervisor")


_BY_WORD: dict[str, type[Instruction]] = {
    each.word: each for each in (Accept, Reject, Dequeue, CallWorker, Redirect, Conference)
}


def parse_instruction(document: Json) -> Instruction:
    """Return the instruction in the JSON of a callback's answer; options that are not known are kept in ``extra``.

    Raises :class:`InvalidDeclaration` with everything that is wrong: no object, no or an unknown instruction, options.
    """
    if not isinstance(document, Mapping):
        raise _refused("invalid-instruction", "An instruction is a JSON object.", 40001)
    word = document.get("instruction")
    if word is None:
        raise _refused("invalid-instruction", "The object has no 'instruction'.", 40005)
    if not isinstance(word, str) or word.lower() not in _BY_WORD:
        hint = f"it is one of {', '.join(_BY_WORD)}"
        raise _refused("invalid-instruction", "There is no such instruction.", 55555, hint)
    cls = _BY_WORD[word.lower()]
    # Any: the class checks what the document holds
    values: dict[str, Any] = {}
    known = {"instruction"}
    for each in attrs.fields(cls):
        declared: Option | None = each.metadata.get("option")
        if declared is None:
            continue
        known.add(declared.key)
        if declared.key in document:
            value = document[declared.key]
            if declared.events and isinstance(value, str):
                value = [part.strip() for part in value.split(",")]
            values[each.alias or each.name] = value
        elif each.default is attrs.NOTHING:
            values[each.alias or each.name] = None
    extra = {key: value for key, value in document.items() if key not in known}
    try:
        return cls(**values, extra=extra)
    except InvalidDeclaration as error:
        idle = {
            str(each.where.path).partition(".")[2] for each in error.diagnostics if each.rule == "incomplete-option"
        }
        if len(idle) < len(error.diagnostics):
            raise
    # Observed: callbacks.md section 2; answers with an option that means nothing without another are common
    #   and the service takes them
    kept = {key: document[key] for key in document if key in idle}
    return cls(**{name: value for name, value in values.items() if name not in idle}, extra={**extra, **kept})


def _refused(rule: str, message: str, code: int, hint: str | None = None) -> InvalidDeclaration:
    where = Where(path="$.instruction")
    return InvalidDeclaration(Diagnostic(rule, f"{message} ({code})", where=where, hint=hint))


def _coded(found: Diagnostic, code: int) -> Diagnostic:
    """Name the Twilio error that *found* would have caused."""
    return attrs.evolve(found, message=f"{found.message} ({code})")


def _ring_time(problems: Problems, to: str | None, timeout: object) -> None:
    """Note a ring time that SIP does not have."""
    # Documented: callbacks.md section 2.3 (SIP: at most 600 seconds)
    if isinstance(to, str) and to.startswith("sip") and isinstance(timeout, int) and 600 < timeout <= 999:
        problems.add("invalid-number", f"A SIP address rings at most 600 seconds; got {timeout}.", field="timeout")


def _needs(problems: Problems, instruction: AnyInstruction, name: str, needed: str) -> None:
    """Note that option *name* means nothing without *needed*."""
    if getattr(instruction, name) is not None and getattr(instruction, needed) is None:
        problems.add("incomplete-option", f"{name} means nothing without {needed}.", field=name)


#: What a reservation's REST update takes.
ReservationUpdate: TypeAlias = Accept | Reject | Dequeue | CallWorker | Redirect | Conference | Supervise

__all__ = [
    "Accept",
    "ActivityAddress",
    "ActivitySids",
    "AnyInstruction",
    "CallWorker",
    "Conference",
    "Dequeue",
    "Instruction",
    "Redirect",
    "Reject",
    "ReservationUpdate",
    "Supervise",
    "parse_instruction",
]
