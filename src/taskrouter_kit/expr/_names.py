"""Names that TaskRouter's expressions can refer to, and what to call those that they cannot."""

# Documented: expressions.md section 3 (identifiers); # Observed: expressions.md section 2 (a hyphen is error 20001)

from __future__ import annotations

import re
from typing import cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidName
from taskrouter_kit.expr._operators import KEYWORDS

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_PATH_PART = re.compile(r"([^.\[\]]*)((?:\[[0-9]{1,9}\])*)\Z")
_INDEX = re.compile(r"\[([0-9]+)\]")


def is_name(text: str) -> bool:
    """Return whether *text* is an identifier of the language and none of its keywords."""
    return _NAME.match(text) is not None and text.lower() not in KEYWORDS


def proposed(text: str) -> str:
    """Return a usable name close to *text*: ``skill-level`` -> ``skill_level``, ``1st`` -> ``_1st``."""
    name = re.sub(r"[^A-Za-z0-9_$]+", "_", text).strip("_") or "attribute"
    if name[0].isdigit():
        return f"_{name}"
    return f"{name}_" if name.lower() in KEYWORDS else name


def problem_with(name: str, *, owner: str | None = None) -> Diagnostic | None:
    """Return what is wrong with *name* as a segment of a path, or None."""
    if not isinstance(cast(object, name), str):
        message = f"An attribute's name is a text; got a {type(name).__name__}."
        return Diagnostic("invalid-name", message, where=Where(path=owner or repr(name)))
    if is_name(name):
        return None
    if not name:
        message, hint = "An attribute needs a name.", None
    else:
        message, hint = f"{_reason(name)}: {name!r}.", f"call the attribute {proposed(name)!r}"
    return Diagnostic("invalid-name", message, where=Where(path=owner or name), hint=hint)


def _reason(name: str) -> str:
    if name.lower() in KEYWORDS:
        return "A keyword of the expression language cannot be an attribute's name"
    if "-" in name:
        return "TaskRouter's expressions cannot refer to a name with a hyphen"
    if name[0].isdigit():
        return "A name in an expression does not start with a digit"
    return "A name in an expression has letters, digits, _ and $ only"


def segments_of(path: str) -> tuple[str | int, ...]:
    """Split ``routing.skills[0]`` into its segments; raises :class:`InvalidName` for every bad one at once."""
    segments: list[str | int] = []
    problems: list[Diagnostic] = []
    if not isinstance(cast(object, path), str) and (found := problem_with(path)) is not None:
        raise InvalidName(found)
    for part in path.split("."):
        match = _PATH_PART.match(part)
        name, indexes = (match.group(1), match.group(2)) if match else (part, "")
        found = problem_with(name, owner=path or None)
        if found is not None:
            problems.append(found)
        segments.append(name)
        segments += [int(index) for index in _INDEX.findall(indexes)]
    if problems:
        raise InvalidName(problems)
    return tuple(segments)
