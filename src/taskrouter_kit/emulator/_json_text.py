"""JSON in and out of the emulator: fast where orjson is installed, the same meaning where it is not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

from taskrouter_kit.simulator._json_kinds import is_array, is_object

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_compact_ascii = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def compact(value: object) -> str:
    """Return *value* as JSON text without white space, non-ASCII characters as they are where UTF-8 can hold them."""
    # Observed: sdk.md section 4; `{"a": ["b"]}` is stored and answered as `{"a":["b"]}`
    text = _compact(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, written as \ud800 in the document
        return _compact_ascii(value)
    return text


def _encode_plainly(value: object) -> bytes:
    return compact(value).encode("utf-8")


_fast: Callable[[Any], bytes] | None
_fast_decode: Callable[[str], Any] | None
try:
    import orjson
except ImportError:
    _fast = _fast_decode = None
else:
    _fast, _fast_decode = orjson.dumps, orjson.loads

#: Numbers that orjson reads or writes otherwise than the standard library: fractions and large ones; and ``-0``.
_ODD_NUMBER: Final = re.compile(r"[0-9](?:[.eE]|[0-9]{17})")
#: An object of nothing but these has the same text from orjson and the standard library, however it was written.
_PLAIN: Final = frozenset({str, int, bool, type(None)})
#: Documents that may be nested more deeply than this are left to the standard library: orjson writes 254 levels.
_SURELY_FLAT: Final = 250
# Decided: attributes are nested at most so deeply; what is taken here can be read and written everywhere else
_DEEPEST: Final = 500


class TooDeep(ValueError):
    """A document with more levels than can be read and written everywhere."""


def encode(value: object) -> bytes:
    """Return *value* as JSON in UTF-8."""
    if _fast is not None:
        try:
            return _fast(value)
        except TypeError:  # a lone surrogate, which only escapes can hold
            pass
    return _encode_plainly(value)


def decode(text: str | bytes) -> Any:  # Any: whatever JSON holds; the callers narrow it
    """Return the value of the JSON document *text*; ValueError for anything else, NaN and Infinity included."""
    try:
        return _decoder(text if isinstance(text, str) else text.decode("utf-8"))
    except RecursionError:
        raise TooDeep("the document is nested too deeply") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is out of range")
    return value


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode


def recoded(text: str) -> tuple[Any, str]:  # Any: whatever JSON holds
    """Return the value of the JSON document *text*, and :func:`compact` of it; ValueError as :func:`decode` does."""
    flat = len(text) < _SURELY_FLAT or text.count("[") + text.count("{") < _SURELY_FLAT
    if _fast is not None and _fast_decode is not None and flat:
        try:
            value = _fast_decode(text)
            plain = value.__class__ is dict and _PLAIN.issuperset(map(type, value.values()))
            if plain or ("-0" not in text and _ODD_NUMBER.search(text) is None):
                return value, _fast(value).decode()
        except ValueError:  # the standard library decides, and takes lone surrogates
            pass
    value = decode(text)
    if not flat and _is_deep(value):
        raise TooDeep("the document is nested too deeply")
    return value, compact(value)


def _is_deep(value: object) -> bool:
    """Return whether *value* has more than so many levels, without going into the depth of the stack for it."""
    level = [value]
    for _ in range(_DEEPEST):
        below = list[object]()
        for each in level:
            if is_object(each):
                below += each.values()
            elif is_array(each):
                below += each
        if not below:
            return False
        level = below
    return any(is_object(each) or is_array(each) for each in level)
