"""The regions that the constants of a formula cut each attribute into: one representative value per region.

What an operator can tell apart about a value is whether it is missing, of which kind it is, how it lies to the
constants it is compared with, which of them it holds or contains. One value of each such class stands for all. Where
that list would not be complete, ``complete`` is False, and a search that finds nothing proves nothing: paths inside
each other; texts that are searched and counted as numbers as well; an order in which texts and numbers both stand
(``"10" < "9"``, yet ``"10" > 9``); attributes compared with several others, or with the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise
from math import ceil, floor, inf, nextafter
from typing import Any, Final

from attrs import frozen

from taskrouter_kit.expr._evaluate import as_numbers
from taskrouter_kit.expr._facts import DAYS
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scalar, Scope
from taskrouter_kit.expr._operators import ORDERINGS, Operator
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr.reasoning._schemas import MISSING, NO_SCHEMAS, Schemas, fitting

_MEMBERSHIP: Final = frozenset({Operator.HAS, Operator.IN, Operator.NOT_IN})
_FIXED: Final = frozenset({Scope.QUEUE, Scope.CLOCK})
_MOST_NEEDLES: Final = 6
_MOST_ELEMENTS: Final = 8
_MOST_LINKED: Final = 3
#: Numbers beyond it are not cut around: floats end.
_GREATEST: Final = 1e300


@frozen
class Regions:
    """The representatives of each path, and whether they stand for every possible value."""

    values: dict[Path, tuple[Any, ...]]  # Any: JSON values, or MISSING
    complete: bool


def regions_of(
    comparisons: Iterable[Comparison], semantics: Semantics = DEFAULT, schemas: Schemas = NO_SCHEMAS
) -> Regions:
    """Return the regions of every path in *comparisons* that documents which fit *schemas* can show."""
    found = list(comparisons)
    paths = list(dict.fromkeys(side for each in found for side in (each.left, each.right) if isinstance(side, Path)))
    nothing = {path for path in paths if schemas.says_nothing(path)}
    complete = not _one_inside_another([path for path in paths if path not in nothing])
    values: dict[Path, tuple[Any, ...]] = {}
    for members in _linked(paths, found):
        # What one of them may be by its schema, the others are told apart by too.
        listed = schemas.listed(members) if len(members) > 1 else ()
        group = _Group.of(members, found, semantics, listed)
        representatives, whole = _representatives(group)
        for path in members:
            kind = schemas.kind(path)
            values[path] = _possible(path, representatives) if kind is None else fitting(kind, representatives)
            if path in nothing:
                values[path] = (MISSING,)
            if kind is not None and kind.name == "list" and len(members) > 1:
                complete = False  # elements that no constant names may not fit, and others are not tried
        complete = complete and group.is_complete(whole)
    return Regions(values, complete)


@frozen
class _Group:
    """Paths that are compared with each other, and what stands beside them."""

    paths: tuple[Path, ...]
    comparisons: tuple[Comparison, ...]
    constants: tuple[Scalar, ...]
    needles: tuple[str, ...]
    elements: tuple[Scalar, ...]
    semantics: Semantics

    @staticmethod
    def of(
        members: list[Path], comparisons: list[Comparison], semantics: Semantics, listed: tuple[Scalar, ...]
    ) -> _Group:
        inside = set(members)
        own = [each for each in comparisons if each.left in inside or each.right in inside]
        linked = len(members) > 1
        constants = [*listed, *(value for each in own for value in _beside(each))]
        needles = [value for each in own if each.operator is Operator.CONTAINS for value in _scalars(each.right)]
        elements = [value for each in own if linked or _looks_into_path(each) for value in _beside(each)]
        return _Group(
            tuple(members),
            tuple(own),
            _distinct(constants),
            tuple(dict.fromkeys(value for value in needles if isinstance(value, str))),
            _distinct([*listed, *elements]),
            semantics,
        )

    def is_complete(self, whole: bool) -> bool:
        """Tell whether representatives stand for every value; *whole*: none of the regions was left out."""
        scopes = {path.scope for path in self.paths}
        if not self.semantics.index_out_of_range_is_null and any(_has_index(path) for path in self.paths):
            return False  # what is not there is no NULL then
        if len(self.paths) == 1 and scopes <= {*_FIXED, Scope.NONE}:
            return True  # all their values are tried
        if not whole or not self._usual_semantics():
            return False
        return self._linked_complete(scopes) if len(self.paths) > 1 else self._single_complete()

    def _usual_semantics(self) -> bool:
        chosen = self.semantics
        unusual = chosen.boolean_strings or chosen.null_orders_as_zero or chosen.has_part_of_text
        return chosen.case_sensitive and chosen.integers_equal_decimals and not unusual

    def _single_complete(self) -> bool:
        if any(each.operator is Operator.CONTAINS and isinstance(each.right, Path) for each in self.comparisons):
            return False  # parts of a constant
        numbers = any(_is_number(value) for value in self.constants)
        both = numbers and self.semantics.numeric_strings
        ordered = [each for each in self.comparisons if each.operator in ORDERINGS]
        texts = any(isinstance(value, str) for each in ordered for value in _beside(each))
        return not (both and (texts or self.needles)) and not (self.needles and ordered)

    def _linked_complete(self, scopes: set[Scope]) -> bool:
        if len(self.paths) > _MOST_LINKED or any(each.operator is Operator.CONTAINS for each in self.comparisons):
            return False
        if scopes & _FIXED:
            return scopes == {Scope.QUEUE} and not any(isinstance(value, str) for value in self.constants)
        two = len(self.paths) == 2
        ordered = any(each.operator in ORDERINGS for each in self.comparisons)
        if any(each.operator in _MEMBERSHIP and not _has_constants(each) for each in self.comparisons):
            return two and not ordered
        return not ordered or (two and not self.constants)


def _linked(paths: list[Path], comparisons: list[Comparison]) -> list[list[Path]]:
    """Return the paths in groups that are compared with each other, directly or by way of others."""
    group_of = {path: [path] for path in paths}
    for each in comparisons:
        if isinstance(each.left, Path) and isinstance(each.right, Path):
            one, other = group_of[each.left], group_of[each.right]
            if one is not other:
                one.extend(other)
                for path in other:
                    group_of[path] = one
    return list({id(group): group for group in group_of.values()}.values())


def _scalars(operand: Operand) -> tuple[Scalar, ...]:
    match operand:
        case Const():
            return (operand.value,)
        case Items():
            return operand.values
        case _:
            return ()


def _beside(comparison: Comparison) -> tuple[Scalar, ...]:
    return (*_scalars(comparison.left), *_scalars(comparison.right))


def _has_constants(comparison: Comparison) -> bool:
    """Whether a constant or a list of them stands on one side."""
    return not (isinstance(comparison.left, Path) and isinstance(comparison.right, Path))


def _looks_into_path(comparison: Comparison) -> bool:
    side = comparison.left if comparison.operator is Operator.HAS else comparison.right
    return comparison.operator in _MEMBERSHIP and isinstance(side, Path)


def _distinct(values: Iterable[Scalar]) -> tuple[Scalar, ...]:
    """Return *values* once each; ``1``, ``1.0`` and ``true`` are three."""
    return tuple({(type(value), value): value for value in values}.values())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_index(path: Path) -> bool:
    return any(isinstance(segment, int) for segment in path.segments)


def _one_inside_another(paths: list[Path]) -> bool:
    known = {(path.scope, path.segments) for path in paths}
    lengths = {len(path.segments) for path in paths}
    return any(
        (path.scope, path.segments[:length]) in known
        for path in paths
        for length in lengths
        if length < len(path.segments)
    )


def _representatives(group: _Group) -> tuple[list[Any], bool]:
    """Return one value per region, and whether no region was left out."""
    fresh = len(group.paths)
    numbers, whole = _cut_numbers(_numbers(group), fresh)
    whole = whole and all(abs(number) < _GREATEST for number in map(_as_number, group.constants) if number is not None)
    mark = _mark(group.constants)
    spelled = [text for number in numbers for text in _spellings(number, fresh, group.constants)]
    strange = [f"{mark}{index}" for index in range(fresh)]
    scalars: list[Any] = [True, False, *numbers, *_cut_texts(group, fresh), *strange, *spelled]
    for size in range(1, min(len(group.needles), _MOST_NEEDLES) + 1):
        # Parted by a mark, texts hold the chosen needles and those inside them, and no others.
        scalars += [mark.join(("", *chosen)) for chosen in combinations(group.needles, size)]
    arrays, all_arrays = _arrays(group, numbers, strange)
    return [MISSING, *scalars, *arrays, {}], whole and all_arrays and len(group.needles) <= _MOST_NEEDLES


def _numbers(group: _Group) -> list[float | int]:
    found = {value for value in map(_as_number, group.constants) if value is not None and abs(value) < _GREATEST}
    return sorted(found)


def _as_number(value: Scalar) -> float | int | None:
    """Return the number that *value* is or spells."""
    if isinstance(value, bool) or value is None:
        return None
    pair = as_numbers(0, value, DEFAULT)
    return None if pair is None else pair[1]


def _cut_numbers(numbers: Sequence[float | int], fresh: int) -> tuple[list[float | int], bool]:
    """Return each number, and as many as *fresh* in each gap around them; False where a gap has not so many."""
    edges = list(numbers) or [0]
    found: list[float | int] = [*edges]
    whole = True
    found += [floor(edges[0]) - step for step in range(1, fresh + 1)]
    found += [ceil(edges[-1]) + step for step in range(1, fresh + 1)]
    for low, high in pairwise(edges):
        between = list(dict.fromkeys(value for value in _between(low, high, fresh) if low < value < high))
        found += between[:fresh]
        whole = whole and len(between) >= fresh
    return found, whole


def _between(low: float | int, high: float | int, fresh: int) -> Iterator[float | int]:
    """Yield candidates for numbers between the two, whole ones first."""
    yield from range(floor(low) + 1, floor(low) + 1 + fresh)
    for step in range(1, fresh + 1):
        yield float(low) + (float(high) - float(low)) * step / (fresh + 1)
    yield nextafter(float(low), inf)


def _spellings(number: float | int, fresh: int, constants: tuple[Scalar, ...]) -> Iterator[str]:
    """Yield texts that spell *number*, and as many as *fresh* that are none of the constants."""
    shortest = format(Decimal(repr(number)), "f")
    texts = {value for value in constants if isinstance(value, str)}
    written = shortest
    yield written
    missing = fresh - (written not in texts)
    while missing > 0:
        written += "0" if "." in written else ".0"
        yield written
        missing -= written not in texts


def _mark(constants: tuple[Scalar, ...]) -> str:
    """Return a character that is in no constant."""
    used = {character for value in constants if isinstance(value, str) for character in value}
    marks = chain("~#_;|", map(chr, range(0xE000, 0xF8FF)))
    return next(mark for mark in marks if mark not in used)


def _cut_texts(group: _Group, fresh: int) -> Iterator[str]:
    """Yield each text, and those right behind each in code-point order where texts are ordered."""
    texts = dict.fromkeys(("", *(value for value in group.constants if isinstance(value, str))))
    ordered = any(each.operator in ORDERINGS for each in group.comparisons)
    yield from texts
    if ordered:
        yield from (text + "\x00" * length for text in texts for length in range(1, fresh + 1))


def _arrays(group: _Group, numbers: list[float | int], strange: list[str]) -> tuple[list[list[Any]], bool]:
    """Return the lists that the group tells apart, and whether they are all."""
    looked = _distinct(group.elements)
    cuts = [number for number in map(_as_number, looked) if number is not None and abs(number) < _GREATEST]
    fresh = len(group.paths)
    spelled = [text for number in cuts for text in _spellings(number, fresh, group.constants)]
    elements: list[Any] = [*_distinct([*looked, *cuts, *spelled]), *strange]
    if len(elements) <= _MOST_ELEMENTS:
        sizes = range(len(elements) + 1)
        arrays = [list(chosen) for size in sizes for chosen in combinations(elements, size)]
    else:
        arrays = [[], elements, *([element] for element in elements)]
        arrays += [[*elements[:index], *elements[index + 1 :]] for index in range(len(elements))]
    if fresh > 1:
        # What else a compared path can be, so that cases are found; is_complete() knows that these are not all.
        fixed = [value for path in group.paths if path.scope is Scope.CLOCK for value in _clock_values(path)]
        arrays += [[value] for value in dict.fromkeys([*numbers, *fixed[:: max(1, len(fixed) // 24)]])]
    return arrays, len(elements) <= _MOST_ELEMENTS


def _possible(path: Path, representatives: list[Any]) -> tuple[Any, ...]:
    """Return the values that *path* can have: counters and the clock are no free attributes."""
    match path.scope:
        case Scope.NONE:
            return (MISSING,)
        case Scope.QUEUE:
            cuts = [int(value) for value in representatives if _is_number(value)]
            counts = {cut + step for cut in (0, *cuts) for step in range(-1, _MOST_LINKED + 1)}
            return tuple(sorted(count for count in counts if count >= 0))
        case Scope.CLOCK:
            return _clock_values(path)
        case _:
            return tuple(representatives)


def _clock_values(path: Path) -> tuple[Any, ...]:
    match path.segments:
        case ("dayOfWeek",):
            return DAYS
        case ("currentTime",):
            return tuple(hour * 100 + minute for hour in range(24) for minute in range(60))
        case ("currentHour",):
            return tuple(f"{hour:02}" for hour in range(24))
        case ("currentMin",):
            return tuple(f"{minute:02}" for minute in range(60))
        case _:
            return (MISSING,)
