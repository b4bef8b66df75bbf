"""Events that somebody recorded, in the shapes in which they are found: files of JSON, bodies of requests, logs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import LoadError

#: What decoding may raise: damaged text, and nesting or numbers beyond measure.
_DAMAGED = (ValueError, SyntaxError, RecursionError, MemoryError)


def read_events(source: str | PathLike[str] | Iterable[str], *, name: str | None = None) -> list[Mapping[str, Json]]:
    """Return the payloads of the events in *source*: the path of a file, or lines of text (*name* is for messages).

    A file is one JSON document (an event, a list of them, or a page of the REST API's), or has an event in each line:
    JSON, a request's form, or a Python mapping as ``print`` writes it, behind whatever a log puts in front. Raises
    :class:`LoadError` with everything that is no event.
    """
    if isinstance(source, str) and source.lstrip().startswith(("{", "[")):
        message = "This is the text of events, not the path of a file."
        raise LoadError(Diagnostic("no-such-file", message, hint="read_events(text.splitlines())"))
    if isinstance(source, str | PathLike):
        name = name or str(source)
        try:
            lines = Path(source).read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise LoadError(_no_event("This is no UTF-8 text.", Where(file=name))) from None
        except OSError as error:
            raise LoadError(Diagnostic("no-such-file", f"{name}: {error.strerror}.", where=Where(file=name))) from None
    else:
        name = name or "events"
        lines = list(source)
    found: list[Mapping[str, Json]] = []
    problems: list[Diagnostic] = []
    for value, where in _values(lines, name):
        if isinstance(value, Mapping) and is_event(cast("Mapping[str, Json]", value)):
            found.append(cast("Mapping[str, Json]", value))
        else:
            message = "This object has no event type." if isinstance(value, Mapping) else "This is no JSON object."
            problems.append(_no_event(message, where))
    if problems:
        raise LoadError(problems)
    return found


def is_event(payload: Mapping[str, Json]) -> bool:
    """Return whether *payload* says which type of event it is."""
    return any(name.replace("_", "").lower() == "eventtype" for name in payload) or (
        "specversion" in payload and "type" in payload
    )


def _values(lines: list[str], name: str) -> Iterator[tuple[object, Where]]:
    """Yield what should be an event each, and where it stands."""
    try:
        document: object = json.loads("\n".join(lines))
    except _DAMAGED:
        document = None
    if isinstance(document, Mapping):
        page: object = cast("Mapping[str, object]", document).get("events")
        document = cast("object", page if isinstance(page, list) else document)
    if isinstance(document, list):
        for index, each in enumerate(cast("list[object]", document)):
            yield each, Where(file=name, path=f"$[{index}]")
    elif isinstance(document, Mapping):
        yield document, Where(file=name)
    else:
        for number, line in enumerate(lines, 1):
            if line.strip():
                for each in _of_line(line.strip()):
                    yield each, Where(file=f"{name}:{number}")


def _of_line(line: str) -> list[object]:
    """Return the events in one line; [None] where there is none."""
    for opening in ("{", "["):
        start = line.find(opening)
        if start >= 0:
            value = _decoded(line[start:])
            if isinstance(value, Mapping):
                return [value]
            if isinstance(value, list) and value:
                return cast("list[object]", value)
    fields = dict(parse_qsl(line.rpartition(" ")[2], keep_blank_values=True))
    return [fields if is_event(fields) else None]


def _decoded(text: str) -> object:
    """Return the value of JSON, or of a Python literal."""
    for decode in (json.loads, ast.literal_eval):
        try:
            value: object = decode(text)
        except _DAMAGED:
            continue
        return value
    return None


def _no_event(message: str, where: Where) -> Diagnostic:
    return Diagnostic("not-an-event", message, where=where, hint="one JSON object a line, or one JSON list")
