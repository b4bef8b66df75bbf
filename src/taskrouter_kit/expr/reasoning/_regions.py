"""The regions that the constants of a formula cut each attribute into: one representative value per region.

What an operator can tell apart about a value is whether it is missing, of which kind it is, how it lies to the
constants it is compared with, which of them it holds or contains. One value of each such class stands for all. Where
that list would not be complete (texts searched by many needles, attributes compared with several others in an order,
one path inside another), ``complete`` is False, and a search that finds nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import Any, Final

from attrs import frozen

from taskrouter_kit.expr._facts import DAYS
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scalar, Scope
from taskrouter_kit.expr._operators import Operator

MISSING: Final = object()

_FRESH: Final = ("\x00other", "~other", "~~other")
_MOST_NEEDLES: Final = 3
_MOST_ELEMENTS: Final = 5
_MOST_LINKED: Final = 3


@frozen
class Regions:
    """The representatives of each path, and whether they stand for every possible value."""

    values: dict[Path, tuple[Any, ...]]  # Any: JSON values, or MISSING
    complete: bool


def regions_of(comparisons: Iterable[Comparison]) -> Regions:
    """Return the regions of every path in *comparisons*."""
    found = list(comparisons)
    paths = list(dict.fromkeys(side for each in found for side in (each.left, each.right) if isinstance(side, Path)))
    groups = _linked(paths, found)
    complete = not _one_inside_another(paths)
    values: dict[Path, tuple[Any, ...]] = {}
    for group in groups:
        constants, needles = _constants(group, found)
        complete = complete and len(group) <= _MOST_LINKED and not (needles and _ordered_texts(group, found))
        complete = complete and len(needles) <= _MOST_NEEDLES and not (needles and len(group) > 1)
        representatives, whole = _representatives(constants, needles, fresh=len(group))
        for path in group:
            values[path] = _fitting(path, representatives)
        complete = complete and whole
    return Regions(values, complete)


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


def _constants(group: list[Path], comparisons: list[Comparison]) -> tuple[list[Scalar], list[str]]:
    """Return the constants that the group's paths are compared with, and those looked for inside texts."""
    constants: dict[tuple[type, Scalar], Scalar] = {}
    needles: dict[str, None] = {}
    for each in comparisons:
        if each.left not in group and each.right not in group:
            continue
        for value in (*_scalars(each.left), *_scalars(each.right)):
            constants[type(value), value] = value
            if each.operator is Operator.CONTAINS:
                needles[str(value)] = None
    return list(constants.values()), list(needles)


def _scalars(operand: Operand) -> tuple[Scalar, ...]:
    match operand:
        case Const():
            return (operand.value,)
        case Items():
            return operand.values
        case _:
            return ()


def _one_inside_another(paths: list[Path]) -> bool:
    return any(
        one.scope is other.scope
        and len(one.segments) < len(other.segments)
        and other.segments[: len(one.segments)] == one.segments
        for one in paths
        for other in paths
    )


def _ordered_texts(group: list[Path], comparisons: list[Comparison]) -> bool:
    order = {Operator.LT, Operator.LE, Operator.GT, Operator.GE}
    return any(each.operator in order and (each.left in group or each.right in group) for each in comparisons)


def _representatives(constants: list[Scalar], needles: list[str], *, fresh: int) -> tuple[list[Any], bool]:
    """Return one value per region, and whether they are all regions."""
    numbers = sorted({value for value in map(_as_number, constants) if value is not None})
    texts = sorted({value for value in constants if isinstance(value, str)})
    scalars: list[Any] = [True, False, *_cut_numbers(numbers, fresh), *_cut_texts(texts, fresh)]
    scalars += [_spelled(number) for number in _cut_numbers(numbers, 1)]
    for size in range(2, min(len(needles), _MOST_NEEDLES) + 1):
        scalars += ["".join(chosen) for chosen in combinations(needles, size)]
    scalars += [f"{_FRESH[0]}{needle}" for needle in needles]
    elements: list[Any] = [*constants, *_FRESH[:fresh]]
    arrays = [
        list(chosen)
        for size in range(min(len(elements), _MOST_ELEMENTS) + 1)
        for chosen in combinations(elements, size)
    ]
    arrays += [elements]
    return [MISSING, *scalars, *arrays, {}], len(elements) <= _MOST_ELEMENTS and len(needles) <= _MOST_NEEDLES


def _as_number(value: Scalar) -> float | int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number == number and abs(number) < 1e300 else None


def _cut_numbers(numbers: list[float | int], fresh: int) -> Iterator[float | int]:
    """Yield each number, and as many as *fresh* in each gap around them."""
    yield from numbers
    edges = numbers or [0]
    for step in range(1, fresh + 1):
        yield edges[0] - step
        yield edges[-1] + step
        for low, high in pairwise(edges):
            yield low + (high - low) * step / (fresh + 1)


def _cut_texts(texts: list[str], fresh: int) -> Iterator[str]:
    """Yield each text, one right behind each in code-point order, the smallest, and others."""
    yield ""
    yield from texts
    yield from (f"{text}\x00" for text in texts)
    yield from _FRESH[: max(1, min(fresh, len(_FRESH)))]


def _spelled(number: float | int) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _fitting(path: Path, representatives: list[Any]) -> tuple[Any, ...]:
    """Return the values that *path* can have: counters and the clock are no free attributes."""
    match path.scope:
        case Scope.NONE:
            return (MISSING,)
        case Scope.QUEUE:
            counts = {value for value in representatives if isinstance(value, int) and not isinstance(value, bool)}
            above = [int(value) + 1 for value in representatives if isinstance(value, float)]
            return tuple(sorted({value for value in (*counts, *above, 0, 1) if value >= 0}))
        case Scope.CLOCK:
            return _clock_values(path, representatives)
        case _:
            return tuple(representatives)


def _clock_values(path: Path, representatives: list[Any]) -> tuple[Any, ...]:
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
