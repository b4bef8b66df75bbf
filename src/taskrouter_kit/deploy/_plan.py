"""A plan: what would be done, decided before anything is sent.

A plan is a value. It is made from a declaration and a snapshot, sorted so that everything exists before it is
referred to, counted, printed and serialised without a client. Nothing in it deletes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import Fields, Kind


@frozen
class Create:
    """Something is missing and will be created with *desired*; ``start`` holds what is set on creation only."""

    kind: Kind
    name: str
    desired: Fields
    start: Fields = field(factory=dict[str, Json])


@frozen
class Update:
    """Something exists and differs in meaning. ``sid`` is None where it is created earlier in the same plan."""

    kind: Kind
    name: str
    sid: str | None
    existing: Fields
    desired: Fields

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that differ, in declaration order."""
        return tuple(key for key in self.desired if not same(self.existing.get(key), self.desired[key]))


#: One step of a plan.
Change: TypeAlias = Create | Update


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same for the service: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@frozen
class Plan:
    """The changes that turn workspace *workspace* into what is declared, in the order of their doing.

    ``known`` maps ``(kind, name)`` of what exists already to its SID, so that applying looks nothing up by itself.
    ``refusals`` says what the plan would have to do but may not; a plan with refusals cannot be applied.
    """

    workspace: str
    workspace_sid: str | None
    changes: tuple[Change, ...]
    known: dict[tuple[Kind, str], str] = field(factory=dict[tuple[Kind, str], str], repr=False)
    refusals: tuple[Diagnostic, ...] = ()
    #: What one should know, though it stops nothing.
    notes: tuple[Diagnostic, ...] = ()

    def __bool__(self) -> bool:
        """Whether the workspace is not what is declared: something is to do, or can never be done."""
        return bool(self.changes or self.refusals)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        from taskrouter_kit.deploy._report import text

        return text(self)

    @property
    def created(self) -> Sequence[Create]:
        """The changes that create something."""
        return [change for change in self.changes if isinstance(change, Create)]

    @property
    def updated(self) -> Sequence[Update]:
        """The changes that update something."""
        return [change for change in self.changes if isinstance(change, Update)]

    def to_data(self) -> dict[str, Json]:
        """Return the plan as plain JSON data (attributes of workers included: they are what is deployed)."""
        from taskrouter_kit.deploy._report import data

        return data(self)
