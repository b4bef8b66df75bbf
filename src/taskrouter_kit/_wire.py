"""JSON in and out: the one converter, the one encoder, and ``UNSET``.

Attributes and configurations travel as JSON text inside form fields. They are encoded here and nowhere else, never by
string formatting. Conversion is strict: ``"5"`` is no number and ``1`` is no flag.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union, cast, get_args, get_origin

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidAttributes

if TYPE_CHECKING:
    from cattrs import Converter

#: A JSON value. Lists and objects are read-only to us, so that a ``list[str]`` is one.
Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "Mapping[str, Json]", None]

#: Longest attributes document of a worker or task, in characters, white space included.
# Documented: limits-errors-gotchas.md section 2
ATTRIBUTES_LIMIT: Final = 4096


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


#: Marks what a caller did not give; ``None`` is a value (JSON null, or "clear this").
UNSET: Final = Unset.UNSET


def _no_constant(name: str) -> object:
    raise ValueError(f"JSON has no {name}")


#: Reads JSON as it is written, whole numbers of any length included.
_read_exactly: Final[Callable[[str], Json]] = json.JSONDecoder(parse_constant=_no_constant).decode


def _fastest_reader() -> Callable[[str], Json]:
    """Return orjson's reader where the extra ``speed`` is installed.

    It reads what it takes as the exact reader does, but for whole numbers beyond 64 bits: they come out as decimals.
    """
    try:
        import orjson
    except ImportError:
        return _read_exactly
    reader: Callable[[str], Json] = orjson.loads
    return reader


_read = _fastest_reader()


def decode_json(text: str, *, exact: bool = False) -> Json:
    """Return the JSON value in *text*; raises ``ValueError`` for anything else.

    What is going to be written back is read with *exact*: then no number loses a digit.
    """
    try:
        return _read_exactly(text) if exact else _read(text)
    except (ValueError, RecursionError):
        pass  # the exact reader takes more (lone surrogates, deep nesting), and says what is wrong
    try:
        return _read_exactly(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode_json(value: Json) -> str:
    """Return *value* as compact JSON text, keys in their order; NaN and infinity raise ``ValueError``."""
    return _encoder.encode(value)


def encode_attributes(attributes: object) -> str:
    """Return the JSON text of *attributes*: a schema instance (anything with ``to_dict()``) or a JSON mapping.

    Raises :class:`InvalidAttributes` with all problems: no object, values that are no JSON, more than 4,096 characters.
    """
    if isinstance(attributes, type):
        message = f"Attributes are a JSON object; got the class {attributes.__name__}."
        raise InvalidAttributes(_problem("not-an-object", message, hint=f"make one: {attributes.__name__}(…)"))
    to_dict = getattr(attributes, "to_dict", None)
    document: object = to_dict() if callable(to_dict) else attributes
    if not isinstance(document, Mapping):
        raise no_object(document)
    try:
        problems = list(_foreign_values(cast("Mapping[object, object]", document), "$"))
        text = "" if problems else encode_json(cast(Json, document))
    except RecursionError:
        raise InvalidAttributes(_problem("not-json", "Attributes are nested too deeply to be written.")) from None
    if problems:
        raise InvalidAttributes(problems)
    if len(text) > ATTRIBUTES_LIMIT:
        message = f"Attributes have at most {ATTRIBUTES_LIMIT:,} characters as JSON; these have {len(text):,}."
        raise InvalidAttributes(
            _problem("attributes-too-long", message, hint="keep what routing needs, and a key to the rest")
        )
    return text


def no_object(given: object) -> InvalidAttributes:
    """Say that attributes are an object, which *given* is not."""
    return InvalidAttributes(_problem("not-an-object", f"Attributes are a JSON object; got {_kind(given)}."))


def decode_object(text: str | None, *, exact: bool = False) -> dict[str, Json]:
    """Return the JSON object in *text*; None and ``""`` are an empty one. Raises :class:`InvalidAttributes`.

    *exact* is that of :func:`decode_json`.
    """
    if not text:
        return {}
    try:
        value = _read_exactly(text) if exact else _read(text)
    except (ValueError, RecursionError):
        value = _decode_carefully(text)
    if not isinstance(value, dict):
        raise no_object(value)
    return value  # pyright: ignore[reportUnknownVariableType]  (a Mapping that is a dict, to pyright, of anything)


def _decode_carefully(text: str) -> Json:
    try:
        return decode_json(text, exact=True)
    except ValueError as error:
        raise InvalidAttributes(_problem("not-json", f"Attributes are not JSON: {_reason(error)}.")) from error


def _reason(error: ValueError) -> str:
    """Say why text is no JSON without repeating it: it may hold what is known of people."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return str(error)


def _foreign_values(value: object, path: str) -> Iterator[Diagnostic]:
    """Yield a problem for everything in *value* that JSON does not have."""
    match value:
        case None | bool() | int() | str():
            return
        case float():
            if not math.isfinite(value):
                yield _problem("not-json", f"JSON has no {value!r}.", path=path)
        case Mapping():
            for key, item in cast("Mapping[object, object]", value).items():
                if isinstance(key, str):
                    yield from _foreign_values(item, f"{path}.{key}")
                else:
                    yield _problem("not-json", f"A key of a JSON object is text; got {_kind(key)}.", path=path)
        case list() | tuple():
            for index, item in enumerate(cast("list[object]", value)):
                yield from _foreign_values(item, f"{path}[{index}]")
        case _:
            yield _problem("not-json", f"JSON has no {type(value).__name__}.", path=path)


def _kind(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "a flag",
        int: "a number",
        float: "a number",
    }
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")


def _problem(rule: str, message: str, *, path: str = "$", hint: str | None = None) -> Diagnostic:
    return Diagnostic(rule, message, where=Where(path=path), hint=hint)


_converter: Converter | None = None


def converter() -> Converter:
    """Return the one converter: strict about kinds, made on first use."""
    global _converter
    if _converter is None:
        _converter = _strict_converter()
    return _converter


def _strict_converter() -> Converter:
    from cattrs import Converter

    made = Converter(detailed_validation=True, prefer_attrib_converters=False)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(bool, _flag)
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(float, _number)
    made.register_structure_hook_func(_is_schema, _nested)
    made.register_structure_hook_func(_is_choice, lambda value, wanted: _one_of(made, value, wanted))
    return made


def _is_schema(wanted: object) -> bool:
    return getattr(wanted, "__taskrouter_schema__", False) is True


def _nested(value: object, wanted: Any) -> object:  # Any: a schema of attributes, which is declared above this layer
    if isinstance(value, wanted):
        return value
    if isinstance(value, Mapping):
        return wanted.from_dict(value)
    raise TypeError(f"expected a {wanted.__name__}, got {_kind(value)}")


def _is_choice(wanted: object) -> bool:
    """Tell whether *wanted* is a union of two kinds or more, beside None."""
    of_kinds = get_origin(wanted) in (Union, UnionType)
    return of_kinds and len([each for each in get_args(wanted) if each is not NoneType]) > 1


def _one_of(made: Converter, value: object, wanted: object) -> object:
    kinds = get_args(wanted)
    if type(value) in kinds:
        return value
    for kind in kinds:
        try:
            return made.structure(value, kind)
        except Exception:  # noqa: BLE001, PERF203  # none of that kind; an enum raises what it likes
            continue
    raise TypeError(f"expected {' or '.join(_KINDS.get(kind, 'another kind') for kind in kinds)}, got {_kind(value)}")


_KINDS: Final[dict[object, str]] = {
    str: "a text",
    bool: "a flag",
    int: "a whole number",
    float: "a number",
    NoneType: "nothing",
}


def _text(value: object, wanted: type[str]) -> str:
    if isinstance(wanted, type) and issubclass(wanted, Enum):  # a str-valued enum arrives here too
        return wanted(value)
    if isinstance(value, str):
        return value
    raise TypeError(f"expected a text, got {_kind(value)}")


def _flag(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError(f"expected a flag, got {_kind(value)}")


def _whole(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise TypeError(f"expected a whole number, got {_kind(value)}")


def _number(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise TypeError(f"expected a number, got {_kind(value)}")
