"""Conditions as Python functions: what the simulator and tests call for every worker and task.

The promise is speed without a second meaning: these functions and the reference interpreter (``_evaluate``) agree on
every document. Generated code starts as what decides clean documents (*fast*). The first worker with an absent key or
an unsuitable type replaces it by code that expects that (*half*), and the first such task by code that expects it of
both (*whole*): *sturdy*, then its *checked* twin, and for what even that cannot take (a document that is no object) the
interpreter. Trees too deep or too wide for Python's compiler are interpreted at once.

Source is generated once a shape (``_compile_outline``): a condition that differs from a known one in names and
constants only costs a new set of constants. Safe to use from several threads.
"""

from __future__ import annotations

import linecache
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from itertools import count
from threading import Lock
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, Final, Protocol, cast
from weakref import ref

from attrs import frozen

from taskrouter_kit.expr._compile_order import order_key as order_key
from taskrouter_kit.expr._compile_order import sort_workers as sort_workers
from taskrouter_kit.expr._compile_outline import Shape, TooLarge, outline
from taskrouter_kit.expr._compile_reads import NAN_SLOT, SLOT
from taskrouter_kit.expr._compile_rules import QUICK_RULES, number
from taskrouter_kit.expr._compile_source import Form, source
from taskrouter_kit.expr._condition import Condition, tree_of
from taskrouter_kit.expr._evaluate import evaluate, walk, worker_value
from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.expr._nodes import Node
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

_EMPTY: Final[Mapping[str, object]] = MappingProxyType({})


class Matcher(Protocol):
    """A compiled condition: one worker and one task."""

    def __call__(
        self, worker: Mapping[str, object] = ..., task: Mapping[str, object] = ..., facts: Facts = ..., /
    ) -> bool:
        """Tell whether the condition holds. Never raises on any JSON document."""
        ...


class Filter(Protocol):
    """A compiled condition over many workers."""

    def __call__(
        self, workers: Iterable[Mapping[str, object]], task: Mapping[str, object] = ..., facts: Facts = ..., /
    ) -> list[bool]:
        """Tell for each of *workers*, in their order, whether the condition holds."""
        ...


def compile_condition(condition: Condition[Any] | Node, semantics: Semantics = DEFAULT) -> Matcher:  # Any: every scope
    """Return ``matches(worker, task, facts) -> bool``, all positional with empty defaults.

    For a document that is asked about once or twice, ``evaluate`` is cheaper.
    """
    node = tree_of(condition)
    generated = _generate("fast", node, semantics)
    return _interpreted(node, semantics) if generated is None else cast(Matcher, generated)


def compile_filter(condition: Condition[Any] | Node, semantics: Semantics = DEFAULT) -> Filter:  # Any: every scope
    """Return ``select(workers, task, facts) -> list[bool]``: one call for many workers, all with the same facts."""
    node = tree_of(condition)
    generated = _generate("fast-many", node, semantics)
    return _interpreted_for_many(node, semantics) if generated is None else cast(Filter, generated)


# Functions


def _generate(form: Form, node: Node, semantics: Semantics) -> FunctionType | None:
    """Return the function of *node* in one *form*, or None where the tree is too large for generated code."""
    try:
        shape, slots = outline(node, semantics)
    except TooLarge:
        return None
    linker = _Linker(node, semantics, form) if form in _LINKED else None
    slots.append(linker or _interpreted(node, semantics))
    template = _TEMPLATES.get(form, shape, len(slots) - 1)
    function = FunctionType(template.filled(slots), _GLOBALS, template.code.co_name, _DEFAULTS)
    if linker is not None:
        linker.replaced = ref(function)
    return function


#: What a function becomes once it met a document that its form does not expect.
_LINKED: Final[dict[Form, Form]] = {"fast": "half", "half": "whole", "fast-many": "whole-many"}


class _Linker:
    """Stands where code gives up. The first time, it gives that function the next form's code for the calls to come.

    It is a constant of that code, and the garbage collector does not look into code: it must not keep the function.
    """

    __slots__ = ("_form", "_next", "_node", "_semantics", "replaced")

    replaced: ref[FunctionType]

    def __init__(self, node: Node, semantics: Semantics, form: Form) -> None:
        self._node = node
        self._semantics = semantics
        self._form: Form = form
        self._next: Matcher | None = None

    def __call__(self, worker: Mapping[str, object], task: Mapping[str, object], facts: Facts) -> bool:
        decide = self._next
        if decide is None:
            decide = self._next = self._linked()
        return decide(worker, task, facts)

    def _linked(self) -> Matcher:
        """Replace the code; return what decides for callers that still run the old one."""
        form = _LINKED[self._form]
        replacement = _generate(form, self._node, self._semantics)
        one = replacement if form != "whole-many" else _generate("whole", self._node, self._semantics)
        if replacement is None or one is None:
            return _interpreted(self._node, self._semantics)
        for constant in replacement.__code__.co_consts:
            if isinstance(constant, _Linker):
                constant.replaced = self.replaced
        function = self.replaced()
        if function is not None:
            function.__code__ = replacement.__code__
        return cast(Matcher, one)


def _interpreted(node: Node, semantics: Semantics) -> Matcher:
    """Return the interpreter as a function of worker, task and facts."""

    def matches(
        worker: Mapping[str, object] = _EMPTY, task: Mapping[str, object] = _EMPTY, facts: Facts = NO_FACTS, /
    ) -> bool:
        return evaluate(node, worker=worker, task=task, facts=facts, semantics=semantics)

    return matches


def _interpreted_for_many(node: Node, semantics: Semantics) -> Filter:
    matches = _interpreted(node, semantics)

    def select(
        workers: Iterable[Mapping[str, object]],
        task: Mapping[str, object] = _EMPTY,
        facts: Facts = NO_FACTS,
        /,
    ) -> list[bool]:
        return [matches(worker, task, facts) for worker in workers]

    return select


# Templates: generated code with empty slots


@frozen
class _Template:
    """The code of a shape, and which of its constants are slots: (position among the constants, slot)."""

    code: CodeType
    slots: tuple[tuple[int, int], ...]

    def filled(self, contents: list[object]) -> CodeType:
        """Return the code with *contents* in its slots."""
        constants = list(self.code.co_consts)
        for position, slot in self.slots:
            constants[position] = contents[slot]
        return self.code.replace(co_consts=tuple(constants))


class _Templates:
    """The code of the shapes used last; bounded."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Form, Shape], _Template] = OrderedDict()
        self._lock = Lock()
        self._serial = count(1)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, form: Form, shape: Shape, otherwise: int) -> _Template:
        """Return the template of *shape*, generated if it is not known."""
        key = (form, shape)
        with self._lock:
            template = self._kept.get(key)
            if template is not None:
                self._kept.move_to_end(key)
                return template
        template = self._generated(source(form, shape, otherwise))
        with self._lock:
            self._kept[key] = template
            if len(self._kept) > self._size:
                _, oldest = self._kept.popitem(last=False)
                linecache.cache.pop(oldest.code.co_filename, None)
        return template

    def clear(self) -> None:
        """Forget all shapes."""
        with self._lock:
            for template in self._kept.values():
                linecache.cache.pop(template.code.co_filename, None)
            self._kept.clear()

    def _generated(self, text: str) -> _Template:
        filename = f"<taskrouter_kit condition {next(self._serial)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        module = compile(text, filename, "exec")
        code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
        prefix = SLOT.format("")
        code = code.replace(co_consts=tuple([_NAN if one == SLOT.format(NAN_SLOT) else one for one in code.co_consts]))
        slots = tuple(
            (position, int(constant[len(prefix) :]))
            for position, constant in enumerate(code.co_consts)
            if isinstance(constant, str) and constant.startswith(prefix)
        )
        return _Template(code, slots)


#: What sturdy code reads for an absent number.
_NAN: Final = float("nan")

_TEMPLATES: Final = _Templates(512)

# What generated code calls


def _at(value: object, index: int) -> object:
    """Return an element of an array, or NULL."""
    return walk(value, (index,))[0]


def _below(value: object, name: str) -> object:
    """Return a member of an object, or NULL."""
    return walk(value, (name,))[0]


_DEFAULTS: Final = (_EMPTY, _EMPTY, NO_FACTS)
_GLOBALS: Final[dict[str, object]] = {
    "__name__": __name__,
    # What a document that is not what the fast way expects makes Python raise, and that of it which is no absent key.
    "FAILURES": (TypeError, KeyError, AttributeError, RecursionError),
    "UNSUITABLE": (TypeError, AttributeError, RecursionError),
    "NOTHING": _EMPTY,
    "NO_FACTS": NO_FACTS,
    # What sturdy code reads for an absent attribute.
    "at": _at,
    "below": _below,
    "field": worker_value,
    "number": number,
    "walk": walk,
    **QUICK_RULES,
}
