"""JSON in and out of the emulator: fast where orjson is installed, the same meaning where it is not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

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
try:
    import orjson
except ImportError:
    _fast = None
else:
    _fast = orjson.dumps


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
        raise ValueError("the document is nested too deeply") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is out of range")
    return value


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode
