"""The values that options of instructions may have: everything else is refused before anybody is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from taskrouter_kit.simulator._refusals import refused

# Documented: callbacks.md section 3; the values of each parameter of a conference
_METHOD: Final = ("get", "post")
_CALL_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
_CONFERENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "beep": ("true", "false", "onEnter", "onExit"),
    "conference_record": ("true", "false", "record-from-start", "do-not-record"),
    "conference_trim": ("trim-silence", "do-not-trim"),
    "recording_channels": ("mono", "dual"),
    "region": ("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"),
    "jitter_buffer_size": ("small", "medium", "large", "off"),
    "wait_method": _METHOD,
    "status_callback_method": _METHOD,
    "conference_status_callback_method": _METHOD,
    "recording_status_callback_method": _METHOD,
    "conference_recording_status_callback_method": _METHOD,
    "status_callback_event": _CALL_EVENTS,
    "conference_status_callback_event": ("start", "end", "join", "leave", "mute", "hold", "speaker"),
}
# Documented: callbacks.md section 2.3; whether a dequeued call is recorded
_RECORD: Final[Mapping[str, tuple[str, ...]]] = {"record": ("record-from-answer", "do-not-record")}

#: Instruction -> its options that are one of some words, or a comma list of them.
_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "dequeue": _RECORD,
    "call": _RECORD,
    "conference": _CONFERENCE,
    # Documented: callbacks.md section 2.7
    "supervise": {**_CONFERENCE, "supervisor_mode": ("monitor", "whisper", "barge")},
}
_LISTS: Final = frozenset({"status_callback_event", "conference_status_callback_event"})
# Documented: callbacks.md sections 2.3 and 3; at most 999 seconds, 2 to 250 participants
_NUMBERS: Final = {"timeout": (0, 999), "max_participants": (2, 250)}


def check_values(instruction: str, options: Mapping[str, str]) -> None:
    """Refuse an option that is none of its values; an empty one says nothing."""
    # Inferred: callbacks.md section 3; 400 with code 20001, whatever the case of letters
    for name, words in _WORDS.get(instruction, {}).items():
        said = options.get(name, "")
        known = [word.lower() for word in words]
        for part in said.split(",") if name in _LISTS else (said,):
            if part.strip() and part.strip().lower() not in known:
                raise refused(f"{name} must be one of {', '.join(words)}, found {part.strip()!r}")
    for name, (least, most) in _NUMBERS.items():
        said = options.get(name, "").strip()
        if said and not (said.isdecimal() and least <= int(said[:9]) <= most):
            raise refused(f"{name} must be a whole number between {least} and {most}, found {said!r}")
