# ruff: noqa: RUF009  (option() makes an attrs field, not a shared default)
"""The conference instruction, with the options of the worker's leg and of the conference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, TypeAlias

from attrs import field, frozen

from taskrouter_kit._wire import Json
from taskrouter_kit.models import _instruction_options as check
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._instruction_base import (
    CALL_EVENTS,
    CallEvent,
    CallRecording,
    Instruction,
    check_needed,
    check_ring_time,
    nobody_to_call,
)
from taskrouter_kit.models._instruction_options import ActivityAddress, ActivitySids, option, required

ConferenceEvent: TypeAlias = Literal["start", "end", "join", "leave", "mute", "hold", "speaker"]
HttpMethod: TypeAlias = Literal["GET", "POST"]
Region: TypeAlias = Literal["us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"]

_CONFERENCE_EVENTS = check.call_events("start", "end", "join", "leave", "mute", "hold", "speaker")
_METHOD = check.choice("GET", "POST")
_OTHER_RECORDINGS: tuple[CallRecording | bool, ...] = (True, False, "record-from-answer", "do-not-record")


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
        "status_callback_event", "StatusCallbackEvent", CALL_EVENTS, events=True
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
        check_ring_time(problems, self.to, self.timeout)
        for callback in ("status_callback", "recording_status_callback"):
            for name in (callback, f"conference_{callback}"):
                check_needed(problems, self, f"{name}_method", name)
        for name in ("status_callback", "conference_status_callback"):
            check_needed(problems, self, f"{name}_event", name)
        check_needed(problems, self, "sip_auth_password", "sip_auth_username")
        check_needed(problems, self, "sip_auth_username", "sip_auth_password")

    def foreseen(self, worker: Mapping[str, Json], task: Mapping[str, Json]) -> dict[int, str]:
        """Return 40142 for a task that is no call, 40137 where nobody can be called."""
        is_call = (task.get("call_sid") and task.get("to")) or task.get("outbound_to")
        no_call = {} if is_call else {40142: "the task has neither call_sid and to nor outbound_to"}
        return no_call | nobody_to_call(self.to, worker, 40137)

    def to_form(self, activities: ActivitySids | None = None) -> dict[str, str | list[str]]:
        """Return the parameters of the Participants API, as the REST form has them."""
        form = super().to_form(activities)
        # Documented: callbacks.md section 3; Record is a flag in the REST form
        if isinstance(self.record, str):
            form["Record"] = "true" if self.record == "record-from-answer" else "false"
        return form
