"""What all instructions have in common: they are checked when built, and written as a callback's answer or a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeAlias

import attrs
from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json
from taskrouter_kit.models import _instruction_options as check
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._instruction_options import ActivitySids, Option

CallEvent: TypeAlias = Literal["initiated", "ringing", "answered", "completed"]
CallRecording: TypeAlias = Literal["record-from-answer", "do-not-record"]

CALL_EVENTS = check.call_events("initiated", "ringing", "answered", "completed")


@frozen(kw_only=True)
class AnyInstruction:
    """Base of all instructions. A value: compares by content, never changes."""

    #: The word the service knows it by.
    word: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        problems = Problems(type(self).__name__)
        for name, each, value in self.given():
            before = len(problems.found)
            each.check(problems, name, value)
            if each.code is not None:
                problems.found[before:] = [_coded(found, each.code) for found in problems.found[before:]]
        self._combinations(problems)
        problems.raise_any()

    def _combinations(self, problems: Problems) -> None:
        """Note what is wrong with options that do not go together."""

    def given(self) -> list[tuple[str, Option, Any]]:  # Any: each option has a type of its own
        """Return name, kind and value of the options that are given."""
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
            for name, each, value in self.given()
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

    def foreseen(self, worker: Mapping[str, Json], task: Mapping[str, Json]) -> dict[int, str]:
        """Return what the service will complain about with these attributes: its error codes, and why."""
        return {}

    def to_dict(self, activities: ActivitySids | None = None) -> dict[str, Json]:
        """Return the JSON of a callback's answer; *activities* gives the SIDs of activity names."""
        known: dict[str, Json] = {"instruction": self.word}
        known.update((each.key, check.spelled(value)) for each, value in self._options(activities))
        return {**self.extra, **known}


def _coded(found: Diagnostic, code: int) -> Diagnostic:
    """Name the Twilio error that *found* would have caused."""
    return attrs.evolve(found, message=f"{found.message} ({code})")


def check_ring_time(problems: Problems, to: str | None, timeout: object) -> None:
    """Note a ring time that SIP does not have."""
    # Documented: callbacks.md section 2.3 (SIP: at most 600 seconds)
    if isinstance(to, str) and to.startswith("sip") and isinstance(timeout, int) and 600 < timeout <= 999:
        problems.add("invalid-number", f"A SIP address rings at most 600 seconds; got {timeout}.", field="timeout")


def nobody_to_call(to: str | None, worker: Mapping[str, Json], code: int) -> dict[int, str]:
    """Return what the service says where neither the instruction nor the worker says whom to call."""
    # Documented: callbacks.md section 2; required if the worker has no contact_uri
    return {} if to is not None or worker.get("contact_uri") else {code: "no 'to', and the worker has no contact_uri"}


def check_needed(problems: Problems, instruction: AnyInstruction, name: str, needed: str) -> None:
    """Note that option *name* means nothing without *needed*."""
    if getattr(instruction, name) is not None and getattr(instruction, needed) is None:
        problems.add("incomplete-option", f"{name} means nothing without {needed}.", field=name)


def activity_names(value: object) -> list[str]:
    """Return the names of the activities in *value*, an instruction, that are no SIDs yet."""
    if not isinstance(value, AnyInstruction):
        return []
    return [check.name_of(given) for _, each, given in value.given() if each.activity and not check.has_sid(given)]
