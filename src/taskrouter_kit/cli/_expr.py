"""``taskrouter-kit expr``: parse one expression, say what is wrong with it, and why it is true or false.

Exit codes: 0 nothing to complain about (and true, where a worker or task was given), 1 findings of severity error or
warning, or not true; 2 the text does not parse, or the question was wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args

import click

from taskrouter_kit._diagnostics import Diagnostic, render
from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.cli._load import load
from taskrouter_kit.errors import ExpressionSyntaxError, InvalidAttributes, InvalidDeclaration
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._explain import Explanation, explain
from taskrouter_kit.expr._facts import NO_FACTS, Facts, clock_facts
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._render import render as render_expression
from taskrouter_kit.expr._schema import Attributes, TaskAttributes, WorkerAttributes
from taskrouter_kit.expr.checks import check
from taskrouter_kit.expr.checks._rules import unknown_rules


class _Object(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in click 8.4 only
    """A JSON object, given in the argument."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Json]:
        """Return the object, or fail with where the text is wrong."""
        try:
            found = decode_json(value, exact=True)
        except ValueError as error:
            self.fail(f"this is no JSON: {error}", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"attributes are a JSON object; this is {type(found).__name__}", param, ctx)
        return found


class _Moment(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in click 8.4 only
    """A moment with its time zone, as the clock of an expression shows it."""

    name = "MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Facts:
        """Return what the clock shows then."""
        try:
            return Facts(clock=clock_facts(datetime.fromisoformat(value.replace("Z", "+00:00"))))
        except InvalidDeclaration as error:
            self.fail(f"{error.diagnostics[0].message} Write 2024-06-03T09:30Z.", param, ctx)
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2024-06-03T09:30Z.", param, ctx)


class _Suppressed(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in click 8.4 only
    """A rule, or a rule for one name."""

    name = "RULE[:NAME]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it, having seen that there is such a rule."""
        for finding in unknown_rules([str(value)]):
            self.fail(f"{finding.message} {finding.hint}", param, ctx)
        return str(value)


@click.command("expr")
@click.argument("text", metavar="TEXT")
@click.option("--place", type=click.Choice(get_args(Place)), required=True, help="The field that holds it.")
@click.option("--worker", type=_Object(), help="Attributes of a worker: evaluate and explain.")
@click.option("--task", type=_Object(), help="Attributes of a task: evaluate and explain.")
@click.option("--at", "facts", type=_Moment(), help="What the clock shows: 2024-06-03T09:30Z.")
@click.option("--schema", "schemas", multiple=True, metavar="MODULE:CLASS", help="A schema to check against.")
@click.option("--suppress", type=_Suppressed(), multiple=True, help="A rule to leave out, for one name only.")
@click.option("--fmt", is_flag=True, help="Print the canonical text and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    text: str,
    place: Place,
    worker: dict[str, Json] | None,
    task: dict[str, Json] | None,
    facts: Facts | None,
    schemas: tuple[str, ...],
    suppress: tuple[str, ...],
    fmt: bool,
    as_json: bool,
) -> None:
    """Check, evaluate and explain one expression. TEXT may be - for standard input."""
    source = sys.stdin.read() if text == "-" else text
    try:
        expression = parse(source, place=place)
    except ExpressionSyntaxError as error:
        if not as_json:
            raise
        click.echo(_as_json(None, error.diagnostics, None))
        ctx.exit(2)
    canonical = render_expression(expression, place=place)
    if fmt:
        click.echo(json.dumps({"canonical": canonical}, ensure_ascii=False) if as_json else canonical)
        return
    worker, task = _read_there(place, Scope.WORKER, worker), _read_there(place, Scope.TASK, task)
    loaded = [_schema(each) for each in schemas]
    findings = check(
        expression,
        worker=_one(loaded, WorkerAttributes, worker),
        task=_one(loaded, TaskAttributes, task),
        suppress=suppress,
    )
    explanation = None
    if isinstance(expression, Condition) and not (worker is None and task is None and facts is None):
        explanation = explain(expression, worker=worker, task=task, facts=facts or NO_FACTS)
    click.echo(_as_json(canonical, findings, explanation) if as_json else _as_text(canonical, findings, explanation))
    bad = any(finding.severity != "info" for finding in findings)
    ctx.exit(1 if bad or (explanation is not None and not explanation.verdict) else 0)


def _read_there(place: Place, scope: Scope, document: dict[str, Json] | None) -> dict[str, Json] | None:
    """Return the *document* that an expression in *place* is evaluated for; one that it is not is mentioned."""
    row = PLACES[place]
    if document is None or (row.condition and scope in row.scopes):
        return document
    why = f"reads no {scope.value}" if row.condition else "is not evaluated"
    click.echo(f"note: {place} {why}; --{scope.value} was not looked at.", err=True)
    return None


def _schema(reference: str) -> type[Attributes[Any]]:
    found = load(reference, type)
    if not issubclass(found, (WorkerAttributes, TaskAttributes)):
        raise click.UsageError(f"{reference} is no schema: a class below WorkerAttributes or TaskAttributes.")
    return found


def _one(loaded: list[type[Attributes[Any]]], base: type[Attributes[Any]], document: dict[str, Json] | None) -> Any:
    """Return the schema of that base, having seen that the document fits it (Any: known at run time only)."""
    mine = [each for each in loaded if issubclass(each, base)]
    if len(mine) > 1:
        names = ", ".join(each.__name__ for each in mine)
        raise click.UsageError(f"One schema for workers and one for tasks; got {names}.")
    if mine and document is not None:
        try:
            mine[0].from_dict(document)
        except InvalidAttributes as error:
            click.echo(f"note: the attributes do not fit {mine[0].__name__}:\n{error}", err=True)
    return mine[0] if mine else None


def _as_text(canonical: str, findings: list[Diagnostic], explanation: Explanation | None) -> str:
    parts = [canonical, *(f"{finding.severity}: {render(finding)}" for finding in findings)]
    if explanation is not None:
        parts.append(str(explanation))
    return "\n\n".join(parts)


def _as_json(canonical: str | None, findings: Iterable[Diagnostic], explanation: Explanation | None) -> str:
    listed = [
        {
            "rule": each.rule,
            "severity": each.severity,
            "message": each.message,
            "span": each.where.span,
            "hint": each.hint,
        }
        for each in findings
    ]
    document = {
        "canonical": canonical,
        "findings": listed,
        "explanation": None if explanation is None else explanation.to_data(),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
