"""Shape -> Python source of a function, with slots where a user's names and constants belong.

A shape is written out in three manners. *Fast* reads attributes with plain subscripts and compares them with Python's
own operators wherever these cannot be wrong; an absent key or an unsuitable type makes Python raise, and something else
decides. *Sturdy* reads with ``get`` and defaults that compare falsely, and raises for unsuitable types only. *Checked*
tests before it compares. All leave every case without a shortcut to the interpreter's own rule, so that there is one
meaning and only the speed differs.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from taskrouter_kit.expr._compile_defaults import defaults_of
from taskrouter_kit.expr._compile_outline import ORDERS, SEMANTICS_SLOT, Leaf, PathShape, Settled, Shape, ShapeNode

Manner: TypeAlias = Literal["fast", "sturdy", "checked"]

#: What a generated function is made of; see :func:`source`.
Form: TypeAlias = Literal["fast", "half", "whole", "fast-many", "whole-many"]

#: What generated source calls the interpreter's rules.
RULE_NAMES: Final = {
    "==": "equals",
    "!=": "differs",
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
    "CONTAINS": "contains",
    "HAS": "has",
    "IN": "is_in",
    "NOT IN": "is_not_in",
}

#: A slot's name in generated source; a constant of that name is replaced by the contents of the slot.
SLOT: Final = "slot {}"

_FAST: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try:
        return {fast}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_HALF: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try:
        return {sturdy}
    except KeyError:
        decide = {otherwise}
        return decide(worker, task, facts)
    except FAILURES:
        pass
    try:
        return {checked}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_WHOLE: Final = """\
def matches(worker=NOTHING, task=NOTHING, facts=NO_FACTS, /):
    try:
        return {sturdy}
    except FAILURES:
        pass
    try:
        return {checked}
    except FAILURES:
        decide = {otherwise}
        return decide(worker, task, facts)
"""

_FAST_MANY: Final = """\
def select(workers, task=NOTHING, facts=NO_FACTS, /):
{preparation}    verdicts = []
    decide = {otherwise}
    for worker in workers:
        try:
            verdicts.append({fast})
        except FAILURES:
            verdicts.append(decide(worker, task, facts))
    return verdicts
"""

_WHOLE_MANY: Final = """\
def select(workers, task=NOTHING, facts=NO_FACTS, /):
{preparation}    verdicts = []
    for worker in workers:
        try:
            verdicts.append({sturdy})
            continue
        except FAILURES:
            pass
        try:
            verdicts.append({checked})
        except FAILURES:
            decide = {otherwise}
            verdicts.append(decide(worker, task, facts))
    return verdicts
"""


def source(form: Form, shape: Shape, otherwise: int) -> str:
    """Return the source of a function; slot *otherwise* holds what decides where generated code gives up.

    ``fast`` is ``matches(worker, task, facts)`` for clean documents, ``half`` for clean tasks and any workers, and
    ``whole`` for all. ``fast-many`` and ``whole-many`` are ``select(workers, task, facts)``, which reads what is the
    same for all workers once.
    """
    whole, many = form in ("half", "whole", "whole-many"), form in ("fast-many", "whole-many")
    same = [number for number, path in enumerate(shape.paths) if many and _same_for_all(path)]
    defaults = defaults_of(shape) if whole else {}
    sturdy = frozenset(n for n, path in enumerate(shape.paths) if form != "half" or not _same_for_all(path))
    known = frozenset(same)
    written = {"fast": "", "sturdy": "", "checked": ""}
    manners: tuple[Manner, ...] = ("sturdy", "checked") if whole else ("fast",)
    for manner in manners:
        written[manner] = _expression(shape, manner, known, defaults, sturdy)
    preparation = "".join(_prepared(number, shape.paths[number], defaults.get(number)) for number in same)
    template = {"fast": _FAST, "half": _HALF, "whole": _WHOLE, "fast-many": _FAST_MANY, "whole-many": _WHOLE_MANY}[form]
    return template.format(**written, preparation=preparation, otherwise=_slot(otherwise))


def _prepared(number: int, path: PathShape, default: str | None) -> str:
    """Return the lines that read a path before the loop."""
    name = _local(number)
    lines = f"    {name} = {_careful(path)}\n"
    return lines if default is None else f"{lines}    if {name} is None:\n        {name} = {default}\n"


def _same_for_all(path: PathShape) -> bool:
    return path.owner not in ("worker", "field")


def _expression(shape: Shape, manner: Manner, known: _Known, defaults: dict[int, str], sturdy: frozenset[int]) -> str:
    """Write *shape* twice: once to learn which paths are read again, and once to keep only those in locals."""
    rehearsal = _Writer(shape, manner, defaults, sturdy, kept=None)
    rehearsal.node(shape.root, known)
    kept = frozenset(number for number, reads in rehearsal.reads.items() if reads > 1)
    return _Writer(shape, manner, defaults, sturdy, kept=kept).node(shape.root, known)[0]


def _slot(number: int) -> str:
    return repr(SLOT.format(number))


def _local(number: int) -> str:
    return f"v{number}"


_Known: TypeAlias = "frozenset[int]"
#: Source, the paths that are in locals when it was true, and when it was false.
_Written: TypeAlias = "tuple[str, _Known, _Known]"


class _Writer:
    """Writes one expression. ``kept``: the paths worth a local (None: all of them)."""

    def __init__(
        self,
        shape: Shape,
        manner: Manner,
        defaults: dict[int, str],
        sturdy: frozenset[int],
        kept: frozenset[int] | None,
    ) -> None:
        self.shape = shape
        self.checked = manner == "checked"
        #: The paths that are read with ``get``.
        self.sturdy = sturdy if manner == "sturdy" else frozenset[int]()
        self.defaults = defaults
        self.kept = kept
        self.reads: dict[int, int] = {}

    # Trees

    def node(self, node: ShapeNode, known: _Known) -> _Written:
        """Write *node* where the paths *known* are already in locals."""
        if isinstance(node, Settled):
            return str(node.verdict), known, known
        if isinstance(node, Leaf):
            source, known = self.leaf(node, known)
            return source, known, known
        texts: list[str] = []
        leaves: list[_Known] = []  # what is known when a part ends the group early
        for part in node.parts:
            text, if_true, if_false = self.node(part, known)
            texts.append(text)
            known, early = (if_true, if_false) if node.joint == "and" else (if_false, if_true)
            leaves.append(early)
        ended = leaves[0].intersection(*leaves[1:]) if len(leaves) < 100 else leaves[0]
        text = "(" + f" {node.joint} ".join(texts) + ")"
        return (text, known, ended) if node.joint == "and" else (text, ended, known)

    # Operands

    def first(self, number: int, known: _Known) -> str:
        """Return an expression for path *number*; it puts the value into a local where that is worth while."""
        self.reads[number] = self.reads.get(number, 0) + 1
        if number in known:
            return _local(number)
        value = self.fetch(number)
        if self.kept is not None and number not in self.kept:
            return value
        return f"({_local(number)} := {value})"

    def again(self, number: int) -> str:
        """Return the local of a path that is certainly read by now."""
        self.reads[number] = self.reads.get(number, 0) + 1
        return _local(number)

    def fetch(self, number: int) -> str:
        path = self.shape.paths[number]
        if path.owner == "":
            return "None"
        if path.owner != "field":
            return self._below(_DOCUMENTS[path.owner], number)
        if path.segments != "k" or not self.shape.built_in_wins:
            return _careful(path)
        name = _slot(path.slot + 1)
        return f"(facts.worker[{name}] if {name} in facts.worker else {self._below('worker', number)})"

    def _below(self, document: str, number: int) -> str:
        path = self.shape.paths[number]
        for position, letter in enumerate(path.segments, start=1):
            segment = _slot(path.slot + position)
            if letter == "i":
                document = f"at({document}, {segment})"
            elif number in self.sturdy:
                absent = "NOTHING" if position < len(path.segments) else self.defaults.get(number)
                document = f"{document}.get({segment})" if absent is None else f"{document}.get({segment}, {absent})"
            elif not self.checked and not path.absent:
                document = f"{document}[{segment}]"
            elif position == 1:
                document = f"{document}.get({segment})"
            else:
                document = f"below({document}, {segment})"
        return document

    def operand(self, kind: str, number: int, known: _Known) -> str:
        return self.first(number, known) if kind == "path" else _slot(number)

    # Comparisons

    def leaf(self, leaf: Leaf, known: _Known) -> tuple[str, _Known]:
        """Write one comparison; return it with the paths that are in locals after it, whatever it says."""
        shortcut = self.shortcut(leaf, known) if self.shape.plain else None
        if shortcut is not None:
            return shortcut
        left = self.operand(leaf.left, leaf.left_number, known)
        known = self._now(known, leaf.left, leaf.left_number)
        right = self.operand(leaf.right, leaf.right_number, known)
        known = self._now(known, leaf.right, leaf.right_number)
        return self.says(leaf, left, right), known

    def _now(self, known: _Known, kind: str, number: int) -> _Known:
        """Return *known* after an operand was written."""
        if kind != "path" or number in known or (self.kept is not None and number not in self.kept):
            return known
        return known | {number}

    def says(self, leaf: Leaf, left: str, right: str) -> str:
        literal = not (leaf.left == "path" and leaf.right == "path")
        return f"{RULE_NAMES[leaf.operator]}({left}, {right}, {_slot(SEMANTICS_SLOT)}, {literal})"

    def shortcut(self, leaf: Leaf, known: _Known) -> tuple[str, _Known] | None:
        """Write a comparison with Python's operators, or return None where there is no safe way."""
        if leaf.left == "path" and leaf.right == "path":
            return self._two_paths(leaf, known)
        if leaf.left == "path":
            source = self._path_and_constant(leaf, known)
            return None if source is None else (source, self._now(known, "path", leaf.left_number))
        source = self._constant_and_path(leaf, known)
        return None if source is None else (source, self._now(known, "path", leaf.right_number))

    def _path_and_constant(self, leaf: Leaf, known: _Known) -> str | None:
        constant = _slot(leaf.right_number)
        container = _slot(leaf.right_number + 1)
        operator, kind, number = leaf.operator, leaf.right, leaf.left_number

        def x() -> str:
            return self.first(number, known)

        def again() -> str:
            return self.again(number)

        def asked() -> str:
            return self.says(leaf, self.again(number), constant)

        def not_null() -> str:
            """Spare NULL the question where the answer is no anyway."""
            return f"({self.again(number)} is not None and {asked()})"

        if operator == "==":
            if kind == "text":
                return f"{x()} == {constant}"
            if kind in ("true", "false", "null"):
                return f"{x()} is {_LITERALS[kind]}"
            if kind == "number":
                return f"({again()} == {constant} if {_either_number(x(), again())} else {asked()})"
        if operator == "!=":
            if kind == "text":
                return f"({x()} != {constant} and ({again()}.__class__ is str or {again()} is None or {asked()}))"
            if kind == "true":
                return f"({x()} is not True and ({again()} is None or {again()} is False or {asked()}))"
            if kind == "false":
                return f"({x()} is not False and ({again()} is None or {again()} is True or {asked()}))"
            if kind == "null":
                return f"({x()} is not None and ({again()}.__class__ is str or {asked()}))"
            if kind == "number":
                return f"({again()} != {constant} if {_either_number(x(), again())} else {asked()})"
        if operator in ORDERS:
            if kind in ("clear", "number") and self.checked:
                return f"({again()} {operator} {constant} if {_either_number(x(), again())} else {not_null()})"
            if kind == "clear":
                return f"{x()} {operator} {constant}"
            if kind == "number":
                return f"({x()} {operator} {constant} and {again()} is not True and {again()} is not False)"
            if kind == "text":
                return f"({again()} {operator} {constant} if {x()}.__class__ is str else {asked()})"
        if operator == "CONTAINS" and kind in ("text", "numeral"):
            return f"({constant} in {again()} if {x()}.__class__ is str else {asked()})"
        if operator == "HAS" and kind == "text":
            is_array = f"({again()}.__class__ is list or isinstance({again()}, list))"
            if self.checked:
                return f"(({x()}.__class__ is list or isinstance({again()}, list)) and {constant} in {again()})"
            return f"({constant} in {x()} and {is_array})"
        if operator == "IN":
            if kind == "texts":
                return f"{x()} in {container}"
            if kind == "many":
                return f"({again()} in {container} if {x()}.__class__ is str else {asked()})"
            if kind == "numbers":
                return f"({again()} in {container} if {x()}.__class__ is int else {asked()})"
        if operator == "NOT IN" and kind == "texts":
            return f"({x()} not in {container} and ({again()}.__class__ is str or {again()} is None or {asked()}))"
        return None

    def _constant_and_path(self, leaf: Leaf, known: _Known) -> str | None:
        constant, number = _slot(leaf.left_number), leaf.right_number
        if leaf.operator == "CONTAINS" and leaf.left == "text":
            asked = self.says(leaf, constant, self.again(number))
            return f"({self.again(number)} in {constant} if {self.first(number, known)}.__class__ is str else {asked})"
        if leaf.operator == "NOT IN" and leaf.left == "text":
            asked = self.says(leaf, constant, self.again(number))
            return (
                f"({constant} not in {self.again(number)} "
                f"if {self.first(number, known)}.__class__ is list else {asked})"
            )
        return None

    def _two_paths(self, leaf: Leaf, known: _Known) -> tuple[str, _Known] | None:
        """Write a comparison of two different paths."""
        operator, left, right = leaf.operator, leaf.left_number, leaf.right_number
        if left == right:
            return None
        if operator in ("IN", "NOT IN"):
            return self._path_among_path(leaf, known)
        a = self.first(left, known)
        known = self._now(known, "path", left)
        b = self.first(right, known)
        known = self._now(known, "path", right)
        x, y = self.again(left), self.again(right)
        asked = self.says(leaf, x, y)
        if operator in ORDERS and self.checked:
            asked = f"({x} is not None and {y} is not None and {asked})"
            return f"({x} {operator} {y} if {a}.__class__ is {b}.__class__ is int else {asked})", known
        if operator in ORDERS:
            # Of what Python compares with an integer without raising, only flags have no order here.
            return (
                f"({a} {operator} {b} and ({y}.__class__ is int and {x} is not True and {x} is not False or {asked}))",
                known,
            )
        test = f"{y} in {x}" if operator == "CONTAINS" else f"{x} {operator} {y}"
        return f"({test} if {a}.__class__ is {b}.__class__ is str else {asked})", known

    def _path_among_path(self, leaf: Leaf, known: _Known) -> tuple[str, _Known]:
        """Write ``x IN y`` or ``x NOT IN y``. A text below ":" may spell a number, which some element may equal."""
        left, right = leaf.left_number, leaf.right_number
        value = self.first(left, known)
        known = self._now(known, "path", left)
        array = self.first(right, known)
        known = self._now(known, "path", right)
        x, y = self.again(left), self.again(right)
        asked = self.says(leaf, x, y)
        inside, lenient = leaf.operator == "IN", self.shape.lenient
        if self.checked:
            test = f"{x} in {y}" if inside else f"{x} not in {y}"
            if lenient:
                test += f" or {x} < ':' and {asked}" if inside else f" and ({x} >= ':' or {asked})"
            both = f"({value}.__class__ is str) & ({array}.__class__ is list)"
            return f"(({test}) if {both} else isinstance({y}, list) and {asked})", known
        if inside:
            unsure = f"{x} < ':'" if lenient else f"{x}.__class__ is not str"
            if lenient and left in self.sturdy:
                unsure = f"{x} is not None and {unsure}"
            sure = f"{y}.__class__ is list and {x}.__class__ is str"
            return f"({value} in {array} and ({sure} or {asked}) or {unsure} and {asked})", known
        sure = f"{x} >= ':' and {y}.__class__ is list" if lenient else f"{x}.__class__ is str and {y}.__class__ is list"
        return f"({value} not in {array} and ({sure} or {asked}) or {x}.__class__ is not str and {asked})", known


#: Where generated code finds the document of an owner.
_DOCUMENTS: Final = {"worker": "worker", "task": "task", "workers": "facts.queue", "taskrouter": "facts.clock"}
_LITERALS: Final = {"true": "True", "false": "False", "null": "None"}


def _either_number(first: str, again: str) -> str:
    return f"{first}.__class__ is int or {again}.__class__ is float"


def _careful(path: PathShape) -> str:
    """Return an expression for *path* that cannot fail, at the interpreter's pace."""
    segments = _slot(path.slot)
    if path.owner == "field":
        return f"field({segments}, worker, facts, {_slot(SEMANTICS_SLOT)})"
    if path.owner == "":
        return "None"
    return f"walk({_DOCUMENTS[path.owner]}, {segments})[0]"
