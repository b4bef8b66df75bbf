"""How generated code reads attributes, and which values it keeps in locals on the way.

*Known* is the set of paths that are certainly in locals where a piece of code runs: AND and OR skip parts, so what is
known differs between the ways that lead there.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from taskrouter_kit.expr._compile_outline import SEMANTICS_SLOT, PathShape, Shape

#: What a piece of code may take for granted; see ``_compile_source``.
Manner: TypeAlias = Literal["fast", "sturdy", "checked"]

#: The paths that are in locals.
Known: TypeAlias = "frozenset[int]"

#: A slot's name in generated source; a constant of that name is replaced by the contents of the slot.
SLOT: Final = "slot {}"
#: The slot of NaN, which is the same in all conditions.
NAN_SLOT: Final = "nan"

#: Where generated code finds the document of an owner.
_DOCUMENTS: Final = {"worker": "worker", "task": "task", "workers": "facts.queue", "taskrouter": "facts.clock"}


def slot(number: int) -> str:
    """Return the literal that stands for a slot."""
    return repr(SLOT.format(number))


def local(number: int) -> str:
    """Return the name of the local that holds the value of a path."""
    return f"v{number}"


def same_for_all(path: PathShape) -> bool:
    """Tell whether *path* reads the same for every worker of a batch."""
    return path.owner not in ("worker", "field")


def careful(path: PathShape) -> str:
    """Return an expression for *path* that cannot fail, at the interpreter's pace."""
    segments = slot(path.slot)
    if path.owner == "field":
        return f"field({segments}, worker, facts, {slot(SEMANTICS_SLOT)})"
    if path.owner == "":
        return "None"
    return f"walk({_DOCUMENTS[path.owner]}, {segments})[0]"


class Reads:
    """Writes how paths are read in one manner, and counts how often.

    ``defaults`` says what stands for NULL, ``with_get`` which paths sturdy code reads with ``get``, ``before`` which
    are read before the loop of a batch, and ``kept`` which are worth a local (None: all of them).
    """

    def __init__(
        self,
        shape: Shape,
        manner: Manner,
        defaults: dict[int, str],
        with_get: frozenset[int],
        before: Known,
        kept: frozenset[int] | None,
    ) -> None:
        self.shape = shape
        self.checked = manner == "checked"
        self.with_get = with_get if manner == "sturdy" else frozenset[int]()
        self.before = before
        self.counts: dict[int, int] = {}
        #: Locals that say something about a value read before the loop: name -> expression.
        self.flags: dict[str, str] = {}
        self._defaults = defaults
        self._kept = kept

    def first(self, number: int, known: Known) -> str:
        """Return an expression for path *number*; it puts the value into a local where that is worth while."""
        self.counts[number] = self.counts.get(number, 0) + 1
        if number in known:
            return local(number)
        value = self._fetch(number)
        if self._kept is not None and number not in self._kept:
            return value
        return f"({local(number)} := {value})"

    def again(self, number: int) -> str:
        """Return the local of a path that is certainly read by now."""
        self.counts[number] = self.counts.get(number, 0) + 1
        return local(number)

    def proven(self, number: int) -> str:
        """Return an expression for a path of which a claim was true, so that it is there: no reason to keep a local."""
        if number in self.before or self._kept is None or number in self._kept:
            return local(number)
        return self._fetch(number, there=True)

    def operand(self, kind: str, number: int, known: Known) -> str:
        """Return an expression for an operand of any kind."""
        return self.first(number, known) if kind == "path" else slot(number)

    def after(self, known: Known, kind: str, number: int) -> Known:
        """Return what is known once an operand was read."""
        if kind != "path" or number in known or (self._kept is not None and number not in self._kept):
            return known
        return known | {number}

    def flag(self, letter: str, number: int, test: str) -> str | None:
        """Return a local that holds *test* of a path read before the loop; None for paths that are not."""
        if number not in self.before:
            return None
        name = f"{letter}{number}"
        self.flags[name] = test
        return name

    def _fetch(self, number: int, *, there: bool = False) -> str:
        path = self.shape.paths[number]
        if path.owner == "":
            return "None"
        if path.owner != "field":
            return self._below(_DOCUMENTS[path.owner], number, there)
        if path.segments != "k" or not self.shape.built_in_wins:
            return careful(path)
        name = slot(path.slot + 1)
        return f"(facts.worker[{name}] if {name} in facts.worker else {self._below('worker', number, there)})"

    def _below(self, document: str, number: int, there: bool) -> str:
        path = self.shape.paths[number]
        for position, letter in enumerate(path.segments, start=1):
            segment = slot(path.slot + position)
            if letter == "i":
                document = f"at({document}, {segment})"
            elif number in self.with_get and not there:
                absent = "NOTHING" if position < len(path.segments) else self._defaults.get(number)
                document = f"{document}.get({segment})" if absent is None else f"{document}.get({segment}, {absent})"
            elif there or not (self.checked or path.absent):
                document = f"{document}[{segment}]"
            elif position == 1:
                document = f"{document}.get({segment})"
            else:
                document = f"below({document}, {segment})"
        return document
