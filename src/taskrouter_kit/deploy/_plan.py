"""A plan: what would be done, decided before anything is sent.

A plan is a value. It is made from a declaration and a snapshot, sorted so that everything exists before it is
referred to, counted, printed and serialised without a client. Nothing in it deletes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, render
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import Kind
from taskrouter_kit.deploy._changes import Change, Create, Update
from taskrouter_kit.deploy._report import change_data, change_lines, finding_data


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
        """The plan as lines: ``+`` creates, ``~`` updates (with each field that differs), ``!`` refused; notes."""
        lines = [line for change in self.changes for line in change_lines(change)]
        for sign, findings in (("!", self.refusals), ("note:", self.notes)):
            lines += [line for each in findings for line in f"{sign} {render(each)}".splitlines()]
        return "\n".join([f"Workspace {self.workspace!r}: {self.summary}.", *(f"  {line}" for line in lines)])

    @property
    def summary(self) -> str:
        """The counts in words: ``3 to create, 1 to update``."""
        counts = [
            (len(self.created), "to create"),
            (len(self.updated), "to update"),
            (len(self.refusals), "refused"),
        ]
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "no changes"

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
        return {
            "workspace": self.workspace,
            "workspace_sid": self.workspace_sid,
            "changes": [change_data(change) for change in self.changes],
            "refusals": [finding_data(each) for each in self.refusals],
            "notes": [finding_data(each) for each in self.notes],
        }
