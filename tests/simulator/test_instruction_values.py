"""The values of the options of instructions, over REST and in answers (callbacks.md sections 2 and 3)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.centre import Centre
from taskrouter_kit.simulator import _commands as commands

CALL = {"from": "+15550100", "url": "https://example.com/voice"}
#: Instruction, option, values that are taken, and one that is not.
VALUES: list[tuple[str, str, list[str], str]] = [
    ("conference", "beep", ["true", "false", "onEnter", "onExit", "True"], "loud"),
    ("conference", "conference_record", ["true", "false", "record-from-start", "do-not-record"], "always"),
    ("conference", "conference_trim", ["trim-silence", "do-not-trim"], "x"),
    ("conference", "recording_channels", ["mono", "dual"], "stereo"),
    ("conference", "region", ["us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"], "mars"),
    ("conference", "jitter_buffer_size", ["small", "medium", "large", "off"], "huge"),
    *(
        ("conference", f"{each}_method", ["GET", "POST", "post"], "PUT")
        for each in (
            *("wait", "status_callback", "conference_status_callback"),
            *("recording_status_callback", "conference_recording_status_callback"),
        )
    ),
    ("conference", "status_callback_event", ["initiated, ringing", "answered,completed"], "initiated,hold"),
    ("conference", "conference_status_callback_event", ["start, end, join, leave", "mute,hold,speaker"], "start,ring"),
    ("conference", "max_participants", ["2", "250"], "251"),
    ("conference", "max_participants", [""], "1"),
    ("conference", "timeout", ["1", "999"], "1000"),
    ("dequeue", "timeout", ["60", ""], "a minute"),
    ("dequeue", "record", ["record-from-answer", "do-not-record"], "true"),
    ("call", "record", ["record-from-answer", "do-not-record"], "true"),
    ("supervise", "supervisor_mode", ["monitor", "whisper", "barge"], "listen"),
]


@pytest.mark.parametrize(("instruction", "option", "taken", "refused"), VALUES, ids=lambda value: str(value)[:40])
def test_values_of_options(instruction: str, option: str, taken: list[str], refused: str) -> None:
    """An option takes its documented values, in any case; another one is refused before anybody is called."""
    # Documented: callbacks.md sections 2.3, 2.7 and 3; the values of each parameter
    # Inferred: callbacks.md section 3; what is none of them is 400 with code 20001
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann", contact_uri="client:ann")

    def fields(value: str) -> dict[str, Any]:
        task = centre.task(call_sid="CA1", **{"to": "+15550199"})
        if instruction == "supervise":
            centre.accept(task)
        more = {"supervise": {"supervisor": ann.sid, "from": "+15550100"}, "call": CALL}.get(instruction, {})
        options = {**more, option: value}
        return {"reservation_sid": centre.reservation(task).sid, "instruction": instruction, "options": options}

    asked = fields(refused)
    status, code, message = centre.refusal(commands.Instruct, **asked)
    assert (status, code, message.split()[0]) == (400, 20001, option)
    assert not centre.engine.machine.calls
    for task in list(centre.workspace.tasks.values()):
        centre.end(task, "completed" if instruction == "supervise" else "canceled")
    for value in taken:
        centre.do(commands.Instruct, **fields(value))
        (task,) = (
            each for each in centre.workspace.tasks.values() if each.assignment_status in ("assigned", "reserved")
        )
        centre.end(task, "completed" if task.assignment_status == "assigned" else "canceled")
    assert len(centre.engine.machine.calls) == len(taken)
