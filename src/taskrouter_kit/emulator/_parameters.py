"""Form and query parameters, read as the service reads them.

Names are PascalCase and case-sensitive, lists repeat the name, unknown names are ignored (strict mode reports them).
Every reader returns None for an absent parameter and raises a :class:`Fault` (400, code 20001) for a value that
cannot be what it says.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote_to_bytes

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.emulator._faults import Fault, invalid, missing
from taskrouter_kit.emulator._json_text import TooDeep, recoded
from taskrouter_kit.emulator._messages import Pairs
from taskrouter_kit.simulator._attributes import have_read

# Documented: resources.md section 1; booleans
_TRUE = frozenset({"true", "1", "yes"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?\Z", re.ASCII
)
#: Attributes are at most this many characters, white space included.
# Documented: limits-errors-gotchas.md section 2
ATTRIBUTES_LIMIT = 4096


def parse_form(encoded: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a query string or form body, empty values kept; what is no UTF-8 becomes U+FFFD."""
    if not encoded.isascii():
        encoded = _escaped(encoded)
    pairs: list[tuple[str, str]] = []
    for part in encoded.decode("ascii").replace("+", " ").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_unquoted(name) if "%" in name else name, _unquoted(value) if "%" in value else value))
    return pairs


def _escaped(encoded: bytes) -> bytes:
    """Return *encoded* with what is not ASCII as escapes, as it should have been sent."""
    return b"".join(b"%c" % byte if byte < 128 else b"%%%02X" % byte for byte in encoded)


def _unquoted(text: str) -> str:
    """Return *text* without its escapes; what only looks like one stays."""
    escapes = text.count("%")
    if "=" not in text and "\n" not in text and "\r" not in text:
        # Quoted-printable has the same escapes behind another sign, and the standard library reads it in C. Each
        # escape that was one made the text two shorter.
        decoded = a2b_qp(text.replace("%", "="))
        if len(text) - len(decoded) == 2 * escapes:
            return decoded.decode("utf-8", "replace")
    return unquote_to_bytes(text).decode("utf-8", "replace")


def is_true(text: str) -> bool:
    """Return whether *text* means true; every other word means false."""
    # Documented: resources.md section 1
    return text.lower() in _TRUE


class Parameters(dict[str, str]):
    """The parameters of one request, by name; for a repeated scalar the last value counts."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Pairs) -> None:
        dict.__init__(self, pairs)  # pyright: ignore[reportUnknownMemberType]  # its overloads are generic
        self._pairs = pairs

    def text(self, name: str) -> str | None:
        """Return the parameter as it was sent."""
        return self.get(name)

    def required(self, name: str) -> str:
        """Return the parameter, which must be there and must not be empty."""
        value = self.get(name)
        if not value:
            raise missing(name)
        return value

    def name(self, name: str, *, required: bool = False, longest: int = 64) -> str | None:
        """Return a friendly name of at most *longest* characters; it is never empty."""
        value = self.get(name)
        if value is None and not required:
            return None
        if not value or not value.strip():
            raise missing(name)
        if len(value) > longest:
            # Documented: limits-errors-gotchas.md section 2; friendly names
            raise invalid(f"{name} must not be longer than {longest} characters, found {len(value)}")
        return value

    def integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int | None:
        """Return a whole number between *least* and *most*."""
        text = self.get(name)
        if text is None:
            return None
        if _INTEGER.match(text) is None:
            raise invalid(f"{name} must be an integer")
        value = int(text)
        if (least is not None and value < least) or (most is not None and value > most):
            span = f"at least {least}" if most is None else f"between {least} and {most}"
            raise invalid(f"{name} must be {span}, found {value}")
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean: `true`, `1` and `yes` are true, anything else is false."""
        value = self.get(name)
        return None if value is None else is_true(value)

    def choice(self, name: str, among: tuple[str, ...], *, any_case: bool = False) -> str | None:
        """Return one of the words *among*, compared as it is; with *any_case* upper case is made of it, "" is None."""
        value = self.get(name)
        if any_case:
            value = value.upper() if value else None
        if value is not None and value not in among:
            raise invalid(f"{name} must be one of {', '.join(among)}, found {value!r}")
        return value

    def sid(self, name: str, prefix: str) -> str | None:
        """Return a SID with *prefix*; an empty text is returned as it is, for it clears."""
        value = self.get(name)
        if value and not looks_like_sid(value, prefix):
            # Observed: resources.md section 1.4; a malformed SID in a parameter is 400
            raise invalid(f"{name} {value!r} is not a valid {prefix} SID")
        return value

    def json_object(self, name: str, *, longest: int | None = ATTRIBUTES_LIMIT, as_posted: bool = False) -> str | None:
        """Return a JSON object as text, compacted unless *as_posted*; the limit counts the text as it was sent."""
        text = self.get(name)
        if text is None:
            return None
        if longest is not None and len(text) > longest:
            # Documented: limits-errors-gotchas.md section 2; 4,096 characters, white space included
            raise invalid(f"{name} must not be longer than {longest} characters, found {len(text)}")
        try:
            value, compacted = recoded(text)
        except TooDeep:
            raise invalid(f"{name} is nested too deeply") from None
        except ValueError:
            raise invalid(f"{name} is not valid JSON") from None
        if value.__class__ is not dict:
            # Documented: resources.md section 4; attributes are a JSON object
            raise invalid(f"{name} must be a JSON object")
        kept = text if as_posted else compacted
        if longest is not None:
            # Attributes: the engine is about to read what has just been read here.
            have_read(kept, value)
        return kept

    def moment_ms(self, name: str) -> int | None:
        """Return an ISO 8601 date and time as milliseconds since 1970; without an offset it is UTC."""
        text = self.get(name)
        if text is None:
            return None
        try:
            return _moment_ms(text)
        except (ValueError, OverflowError):
            raise invalid(f"{name} is not a valid ISO 8601 date") from None

    def many(self, name: str) -> list[str]:
        """Return all values of a list, which repeats its name or holds commas."""
        # Documented: resources.md section 9; AssignmentStatus repeats or is a comma list
        values = (value for key, value in self._pairs if key == name)
        return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _moment_ms(text: str) -> int:
    match = _MOMENT.match(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    offset = match[8] or "Z"
    zone = timezone.utc
    if offset != "Z":
        sign = -1 if offset[0] == "-" else 1
        zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))
    whole = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    return round(whole.timestamp()) * 1000 + int((match[7] or "0").ljust(3, "0")[:3])


def report_unknown(unknown: list[str], operation: str) -> Fault:
    """The refusal of strict mode, which names every parameter that the service would ignore in silence."""
    # Documented: resources.md section 1; the service ignores unknown parameters, strict mode refuses them
    names = ", ".join(unknown)
    return invalid(f"Unknown parameters for {operation}: {names} (strict mode; the service would ignore them)")
