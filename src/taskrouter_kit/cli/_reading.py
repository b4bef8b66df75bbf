"""``--option NAME=VALUE`` of commands that run an engine: which reading it follows where the sources disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import click

from taskrouter_kit.cli._click_types import PairType
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import EngineOptions

_FLAGS: Mapping[str, bool] = {"true": True, "false": False}


class Reading(PairType):
    """``NAME=VALUE``; a name with ``semantics.`` before it is a reading of the expression language."""

    name = "name=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, object]:
        """Return the name and the value in its own type."""
        name, equals, text = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not of the form NAME=VALUE.", param, ctx)
        defaults = readings()
        if name not in defaults:
            self.fail(f"there is no option {name!r}; there are {', '.join(sorted(defaults))}.", param, ctx)
        default = defaults[name]
        if isinstance(default, bool):
            if text not in _FLAGS:
                self.fail(f"{name} is true or false, not {text!r}.", param, ctx)
            return name, _FLAGS[text]
        if isinstance(default, int):
            if not text.isdecimal():
                self.fail(f"{name} is a whole number, not {text!r}.", param, ctx)
            return name, int(text)
        try:
            EngineOptions.from_json({name: text})
        except ValueError as refusal:
            self.fail(f"{name} is one of {', '.join(refusal.args[2])}, not {text!r}.", param, ctx)
        return name, text


def readings() -> Mapping[str, object]:
    """Return every option that can be given, with its default."""
    found = {each.name: each.default for each in attrs.fields(EngineOptions) if each.name != "semantics"}
    return found | {f"semantics.{each.name}": each.default for each in attrs.fields(Semantics)}


def engine_options(given: Iterable[tuple[str, object]]) -> EngineOptions:
    """Return the options that *given* asks for; ValueError for a number that is out of its range."""
    fields = dict(given)
    language = {name.removeprefix("semantics."): fields.pop(name) for name in tuple(fields) if "." in name}
    return EngineOptions.from_json({**fields, "semantics": language})
