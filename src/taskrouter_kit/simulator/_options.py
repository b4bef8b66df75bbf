"""Where the sources disagree about routing, or are silent: the reading that the engine follows, one option each.

The defaults are what the sources make likeliest. Whoever has seen the live service do otherwise says so in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from attrs import asdict, field, fields, frozen, validators

from taskrouter_kit.expr._semantics import DEFAULT as DEFAULT_SEMANTICS
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.simulator._call_commands import CALL_OUTCOMES, CallOutcome
from taskrouter_kit.simulator._json_kinds import is_object


def _one_of(*values: str) -> Any:  # Any: an attrs validator
    return validators.in_(values)


@frozen(kw_only=True)
class EngineOptions:
    """How the engine decides what is not known for sure. The defaults are what the sources make likeliest."""

    #: A task that is skipped out of the last target of its filter is tried on the filters that follow and then on the
    #: default filter (`later-filters`), or is canceled with `workflow.skipped` at once (`cancel`).
    # Inferred: workflows.md section 4; three pages say three things
    skipped_out: Literal["later-filters", "cancel"] = field(
        default="later-filters", validator=_one_of("later-filters", "cancel")
    )

    #: After a reservation ended without being accepted, the next worker of the same target is asked while the target
    #: has time (`same-target`), or the task goes on to the next target, if there is one (`next-target`).
    # Inferred: workflows.md section 5; the text of one page against the worked example of another
    unanswered: Literal["same-target", "next-target"] = field(
        default="same-target", validator=_one_of("same-target", "next-target")
    )

    #: The timeout of the last target of a filter cancels the task (`cancel`), or leads to the next filter that is true
    #: for it, if there is one (`next-filter`); to the default filter it never leads.
    # Inferred: workflows.md section 5; one page says both
    last_timeout: Literal["cancel", "next-filter"] = field(default="cancel", validator=_one_of("cancel", "next-filter"))

    #: The times of a filter's targets are counted from when the task entered the filter (`filter`), or from when it was
    #: made, so that the early targets of a filter that it comes to later are over (`task`).
    # Inferred: workflows.md section 5; the page says on the Task's age, its example has one filter
    target_times_from: Literal["filter", "task"] = field(default="filter", validator=_one_of("filter", "task"))

    #: A target's timeout lets a pending reservation run to its end (`wait`), or cancels it and moves on (`cancel`).
    # Inferred: workflows.md section 5; undocumented
    timeout_while_reserved: Literal["wait", "cancel"] = field(default="wait", validator=_one_of("wait", "cancel"))

    #: A task that no filter and no default filter takes is created and canceled at once (`cancel`), or refused with
    #: 400 and code 20001 and not created (`refuse`).
    # Inferred: workflows.md section 6; the documents against a note from Twilio's training
    unwanted: Literal["cancel", "refuse"] = field(default="cancel", validator=_one_of("cancel", "refuse"))

    #: A pending reservation uses a slot of its channel, as the documented formula has it; without it only accepted
    #: and wrapping ones do, as the questions and answers of the same page have it.
    # Documented: routing.md section 4; the two disagree, the formula and a live test win
    pending_uses_capacity: bool = True

    #: The end of a reservation starts a worker's idle time again; without it only an acceptance does.
    # Inferred: routing.md section 5; documents speak of the last assignment
    idle_restarts_when_work_ends: bool = True

    #: A move into an available activity starts a worker's idle time again.
    # Inferred: routing.md section 5; undocumented
    idle_restarts_when_available: bool = True

    #: The newest task of a LIFO queue is the one with the latest `virtual_start_time`, or the last created one.
    # Inferred: routing.md section 6; undocumented
    lifo_by_virtual_start_time: bool = True

    #: A worker who gets room is also asked for tasks that are reserved for fewer workers than `MaxReservedWorkers`.
    # Inferred: routing.md section 9; later Workers may top up
    top_up: bool = False

    #: A multitasking workspace stays one; without it, it may become single-tasking while another workspace is.
    # Documented: resources.md section 2; refused, unless another single-tasking Workspace exists (not in Flex)
    multitasking_is_final: bool = True

    #: A task for one worker (`RoutingTarget`) that this worker cannot take waits for it (`wait`), or is canceled with
    #: the reason that was seen for tasks of the JavaScript SDK (`cancel`).
    # Observed: routing.md section 12; RoutingTarget not available for Reservation acceptance
    routing_target: Literal["wait", "cancel"] = field(default="wait", validator=_one_of("wait", "cancel"))

    #: Milliseconds until a task is offered again to workers who declined it, when nobody else is left.
    # Inferred: routing.md section 15; at least one virtual second
    reoffer_after_ms: int = field(default=1_000, validator=validators.ge(1))

    #: How often a task may go from pending to reserved; older documents said 10.
    # Documented: routing.md section 1; 1,000
    most_assignments: int = field(default=1_000, validator=validators.ge(1))

    #: Milliseconds until a task that ended is removed; documents say 5 minutes, and 5 to 8.
    # Documented: routing.md section 1; 5 minutes
    removal_after_ms: int = field(default=300_000, validator=validators.ge(1))

    #: Two activities of a workspace may not have the same name, as older documents say. By default they may: published
    #: introductions make an `Available` beside the one that every workspace is born with.
    # Inferred: resources.md section 3; enforced behind an option
    unique_activity_names: bool = False

    #: `Reason` is required when a task is canceled or completed, as documented; tests of an SDK do without.
    # Observed: resources.md section 9; canceled without a reason
    reason_required: bool = False

    #: A task channel may have a hyphen in its unique name, as was seen once, or not, as documented; expressions cannot
    #: read such a channel.
    # Observed: resources.md section 6; a 2018 capture shows my-channel created
    hyphens_in_channel_names: bool = True

    #: A reservation can be set to `wrapping` and `completed`, as documented for accounts with Flex; without it only to
    #: `accepted` and `rejected`.
    # Documented: resources.md section 10; Flex also wrapping, completed
    flex: bool = True

    #: The instruction `reject` needs an `activity_sid` (40100), as a table of the documents has it.
    # Inferred: callbacks.md section 2.2; a table, a sentence and the error catalogue disagree
    reject_needs_activity: bool = False

    #: The instruction `redirect` accepts the reservation unless told otherwise, as a sentence of the documents has it.
    # Inferred: callbacks.md section 2.5; table: false
    redirect_accepts: bool = False

    #: Lists of tasks and workers show their attributes, as was recorded; without it they are null, as documented.
    # Observed: resources.md section 9; really present
    attributes_in_lists: bool = True

    #: In a workspace with more workers than this the statistics of workers are refused.
    # Documented: limits-errors-gotchas.md section 2; not for Workspaces with more than 100 Workers (default)
    most_workers_with_statistics: int = field(default=100, validator=validators.ge(0))

    #: What becomes of the calls that instructions make, unless a test plans otherwise.
    # Decided: there is no telephone network; everybody answers
    call_outcome: CallOutcome = field(default="answered", validator=validators.in_(CALL_OUTCOMES))

    #: Milliseconds until a call is answered, busy or failed; nobody answers for as long as the instruction's timeout.
    # Decided: at once, so that tests need not wait
    call_takes_ms: int = field(default=0, validator=validators.ge(0))

    #: The readings of the expression language.
    semantics: Semantics = DEFAULT_SEMANTICS

    #: Every task keeps a record of its way; without it the engine is faster and cannot say why.
    # Decided: on, because answering why is what the engine is for
    trace: bool = True

    #: What happens is kept as events and told to the workspace's callback; without it the engine is faster, the list of
    #: events is empty, and no event callbacks are sent.
    # Decided: on, because the service keeps events
    events: bool = True

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        """Return the options as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> EngineOptions:  # Any: JSON
        """Return the options that :meth:`to_json` wrote; what is not mentioned is as by default.

        ValueError names every option that is not one, or whose value has another type; else the first out of range.
        """
        language = document.get("semantics", {})
        if not is_object(language):
            raise ValueError(f"semantics is of type {type(language).__name__}")
        plain = {name: value for name, value in document.items() if name != "semantics"}
        wrong = [*_misfits(cls, plain, ""), *_misfits(Semantics, language, "semantics.")]
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(**plain, semantics=Semantics(**language))


def _misfits(kind: type[Any], document: Mapping[str, Any], prefix: str) -> Iterator[str]:  # Any: options, JSON
    """Yield what is wrong with the names and types of *document*, which is to be options of *kind*."""
    defaults = {each.name: each.default for each in fields(kind)}
    for name, value in document.items():
        if name not in defaults:
            yield f"there is no option {prefix}{name}"
        elif type(value) is not type(defaults[name]):
            found, expected = type(value).__name__, type(defaults[name]).__name__
            yield f"{prefix}{name} is of type {found}, expected {expected}"


#: What the sources make likeliest.
DEFAULT: Final = EngineOptions()
