"""What all returned resources share: frozen, built from the payload and written as one, nothing about people shown.

A resource class is an attrs class whose field names are the service's; how a field is read follows from its annotation
(see ``_plan``). ``_reading`` builds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, cast

import attrs
from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import UnexpectedAnswer
from taskrouter_kit.models._plan import plan_of
from taskrouter_kit.models._values import write_datetime


@frozen
class Meta:
    """What came with an answer: status, headers, and the version that ``If-Match`` takes."""

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)

    @property
    def request_id(self) -> str | None:
        """What Twilio's support asks for."""
        return self._header("twilio-request-id")

    @property
    def etag(self) -> str | None:
        """The version of the resource, as ``If-Match`` takes it."""
        return self._header("etag")

    def _header(self, name: str) -> str | None:
        return next((value for key, value in self.headers.items() if key.lower() == name), None)


@frozen(kw_only=True)
class Resource:
    """Base of what the service returned. ``raw`` is the payload as it came, ``meta`` what came with it."""

    #: Fields of the payload that the class reads under another name.
    _renamed: ClassVar[Mapping[str, str]] = {}

    raw: Mapping[str, Json] = field(repr=False, eq=False)
    meta: Meta | None = field(default=None, repr=False, eq=False)

    @property
    def extra(self) -> dict[str, Json]:
        """What the service sent and this version of the library does not know."""
        known = {step.key for step in plan_of(type(self)).values()}
        return {key: value for key, value in self.raw.items() if key not in known}

    def to_dict(self) -> dict[str, Json]:
        """Return the resource as the service writes it, unknown fields and attributes of people included.

        Fields are written as they are now; keys that the payload did not have are left out.
        """
        names: dict[str, str] = {step.key: step.name for step in plan_of(type(self)).values()}
        return {
            key: _written(getattr(self, names[key]), like) if key in names else like for key, like in self.raw.items()
        }

    if not TYPE_CHECKING:  # a checker would take any name for one

        def __getattr__(self, name: str) -> object:
            """Read a point in time when it is first asked for. Raises :class:`UnexpectedAnswer` where it is none."""
            step = plan_of(type(self)).get(name)
            if step is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            try:
                value = step.read(self.raw)
            except (TypeError, ValueError) as error:
                message = f"The answer is no {type(self).__name__}: {type(error).__name__} while reading {step.key}."
                where = Where(path=type(self).__name__)
                raise UnexpectedAnswer(
                    Diagnostic("unexpected-answer", message, where=where)
                ) from None  # its text repeats the value
            object.__setattr__(self, name, value)
            return value


def _written(value: Any, like: Json) -> Json:  # Any: whatever a field holds
    """Return *value* as JSON, with those parts only that *like*, the payload's value, has too."""
    if isinstance(value, Enum):
        return cast(str, value.value)
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, Resource):
        return value.to_dict()
    if isinstance(value, tuple):
        likes: list[Json] = like if isinstance(like, list) else []
        items = cast("tuple[object, ...]", value)
        return [_written(item, likes[n] if n < len(likes) else None) for n, item in enumerate(items)]
    if isinstance(value, Mapping):
        return {str(key): item for key, item in cast("Mapping[object, Json]", value).items()}
    if attrs.has(value.__class__):
        wanted: Mapping[str, Json] = like if isinstance(like, Mapping) else {}
        return {name: cast(Json, getattr(value, name, found)) for name, found in wanted.items()}
    return cast(Json, value)
