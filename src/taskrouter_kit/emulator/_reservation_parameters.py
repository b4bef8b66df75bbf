"""The names of the parameters of a reservation update: status, or an instruction with its options."""

from __future__ import annotations

from typing import Final

DEQUEUE: Final = (
    "DequeuePostWorkActivitySid",
    "DequeueFrom",
    "DequeueRecord",
    "DequeueTimeout",
    "DequeueTo",
    "DequeueStatusCallbackUrl",
    "DequeueStatusCallbackEvent",
)
CALL: Final = (
    "CallFrom",
    "CallRecord",
    "CallTimeout",
    "CallTo",
    "CallUrl",
    "CallStatusCallbackUrl",
    "CallAccept",
)
REDIRECT: Final = ("RedirectCallSid", "RedirectAccept", "RedirectUrl")
CONFERENCE: Final = (
    "To",
    "From",
    "StatusCallback",
    "StatusCallbackMethod",
    "StatusCallbackEvent",
    "Timeout",
    "Record",
    "Muted",
    "Beep",
    "StartConferenceOnEnter",
    "EndConferenceOnExit",
    "WaitUrl",
    "WaitMethod",
    "EarlyMedia",
    "MaxParticipants",
    "ConferenceStatusCallback",
    "ConferenceStatusCallbackMethod",
    "ConferenceStatusCallbackEvent",
    "ConferenceRecord",
    "ConferenceTrim",
    "RecordingChannels",
    "RecordingStatusCallback",
    "RecordingStatusCallbackMethod",
    "ConferenceRecordingStatusCallback",
    "ConferenceRecordingStatusCallbackMethod",
    "Region",
    "SipAuthUsername",
    "SipAuthPassword",
    "PostWorkActivitySid",
    "EndConferenceOnCustomerExit",
    "BeepOnCustomerEntrance",
    "JitterBufferSize",
)

# Documented: resources.md section 10; parameter groups of a reservation update
RESERVATION_UPDATE: Final = (
    "ReservationStatus",
    "WorkerActivitySid",
    "Instruction",
    *DEQUEUE,
    *CALL,
    *REDIRECT,
    *CONFERENCE,
)
