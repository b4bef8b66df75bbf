"""One thing to do about each of Twilio's codes that TaskRouter answers or logs."""

# Documented: limits-errors-gotchas.md section 3 (codes of answers, and the debugger's)

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_ENQUEUE = "check the <Enqueue> verb of the call: its method, URLs, queue name"
_DIAL_QUEUE = "check the <Dial><Queue> verb of the call: whisper URL and method, queue name, call, reservation"
_DIAL_CONFERENCE = "check the <Dial><Conference> verb of the call: its TaskRouter options"
_CONFERENCE = "check the conference instruction: to, from, activity, and that the reservation is pending"
_DEQUEUE = "check the dequeue instruction: to, from, activity, callback events, and that the reservation is pending"
_CALL = "check the call instruction: to, from, url, and that the reservation is pending"
_REDIRECT = "check the redirect instruction: call_sid, url, and that the reservation is pending"
_SUPERVISE = "check the supervise instruction: a reservation in the right state, contact_uri, from"
_STATUS_CALLBACK = "the status callback URL is not valid"

_RANGES: Final[tuple[tuple[int, int, str], ...]] = (
    (14201, 14207, _ENQUEUE),
    (14210, 14218, _DIAL_QUEUE),
    (14230, 14239, _DIAL_CONFERENCE),
    (40110, 40114, _CALL),
    (40120, 40123, _REDIRECT),
    (40130, 40135, _DEQUEUE),
    (40136, 40139, _CONFERENCE),
    (40141, 40145, _CONFERENCE),
    (40146, 40148, _SUPERVISE),
    (40157, 40159, _STATUS_CALLBACK),
)

_ONE: Final[dict[int, str]] = {
    14207: "the call queue is full; raise its size (100 unless set, 5,000 at most)",
    14215: "the ReservationSid of <Dial><Queue> is no reservation of this workspace",
    14217: "the reservation was accepted or ended already; do not accept it by REST before <Dial><Queue>",
    14219: "TaskRouter's <Dial><Queue> is not supported in this region",
    14220: "the WorkflowSid of <Enqueue> is no workflow of this account",
    14221: "the task attributes of <Enqueue> are no JSON object",
    14222: "no filter of the workflow matched; give it a default_filter",
    14223: "clearing up after a call failed; look whether its task still exists",
    14226: "TaskRouter's <Enqueue> is not supported in this region",
    14240: "more workers are active than the account may have",
    14241: "statistics reach back 30 days",
    20001: "the service's own sentence says what was wrong; the code's title does not",
    20002: "choose another friendly name: 1 to 64 characters",
    20003: "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or the API key and its secret)",
    20004: "this resource does not take this method",
    20006: "these credentials may not do this; use the account's own, or a key of the right kind",
    20403: "these credentials may not do this",
    20404: "it never existed here, was deleted, or (a task) ended more than five minutes ago",
    20409: "read it again: its state does not allow this now",
    20410: "another worker's reservation of the same task was accepted first",
    20412: "read it again and apply the change to what it is now",
    20422: "one of the parameters is not valid",
    20423: "one of the SIDs is not valid",
    20429: "the request was not carried out; wait, or send fewer at the same time",
    20500: "the service failed; try again later",
    20503: "the service is overloaded; try again later",
    40000: "answer the callback with Content-Type: application/json",
    40001: "answer the callback with one JSON object",
    40005: "the callback's answer needs an instruction",
    40100: "the activity of the reject instruction is no activity of this workspace",
    40140: "only a task that came from <Enqueue> has a call to dequeue; use call or conference",
    40149: "name the conference that the supervisor joins",
    40151: "this instruction is not allowed while the task is being transferred",
    40152: "the known worker does not serve the queue of its target",
    40153: "pages are walked by token; do not ask for a page by number",
    40154: "the known worker's value is missing or unknown; give the target a timeout or skip_if",
    40155: "the known worker is of another workspace",
    45600: "this is an error of Flex UI, not of TaskRouter",
    55555: "the callback answered with an instruction TaskRouter does not know",
    81009: "putting the call into its queue took too long; look at the call's own log",
}


def _all() -> Iterator[tuple[int, str]]:
    for first, last, hint in _RANGES:
        for code in range(first, last + 1):
            yield code, hint
    yield from _ONE.items()


#: Twilio's code -> one thing to do.
HINTS: Final[Mapping[int, str]] = dict(_all())
