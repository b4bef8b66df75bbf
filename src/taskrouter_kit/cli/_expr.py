"""``taskrouter-kit expr``: parse one expression, say what is wrong with it, and why it is true or false.

Exit codes: 0 nothing to complain about (and true, where a worker or task was given), 1 findings of severity error or
warning, or not true; 2 the text does not parse, or the question was wrong.
"""

from __future__ import annotations

import json
import sys
from typing import Any, cast, get_args

import click

from taskrouter_kit._diagnostics import Diagnostic, render
from taskrouter_kit._wire import Json
from taskrouter_kit.cli._load import load
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._explain import Explanation, explain
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._render import render as render_expression
from taskrouter_kit.expr._schema import Attributes, TaskAttributes, WorkerAttributes
from taskrouter_kit.expr.checks import check


class _Object(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in click 8.4 only
    """A JSON object, given in the argument."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Json]:
        """Return the object, or fail with where the text is wrong."""
        try:
            found: object = json.loads(value)
        except ValueError as error:
            self.fail(f"this is no JSON: {error}", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"attributes are a JSON object; this is {type(found).__name__}", param, ctx)
        return cast("dict[str, Json]", found)


@click.command("expr")
@click.argument("text", metavar="TEXT")
@click.option("--place", type=click.Choice(get_args(Place)), required=True, help="The field that holds it.")
@click.option("--worker", type=_Object(), help="Attributes of a worker: evaluate and explain.")
@click.option("--task", type=_Object(), help="Attributes of a task: evaluate and explain.")
@click.option("--schema", "schemas", multiple=True, metavar="MODULE:CLASS", help="A schema to check against.")
@click.option("--suppress", multiple=True, metavar="RULE[:NAME]", help="A rule to leave out, for one name only.")
@click.option("--fmt", is_flag=True, help="Print the canonical text and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    text: str,
    place: Place,
    worker: dict[str, Json] | None,
    task: dict[str, Json] | None,
    schemas: tuple[str, ...],
    suppress: tuple[str, ...],
    fmt: bool,
    as_json: bool,
) -> None:
    """Check, evaluate and explain one expression. TEXT may be - for standard input."""
    source = sys.stdin.read() if text == "-" else text
    expression = parse(source, place=place)
    canonical = render_expression(expression, place=place)
    if fmt:
        click.echo(canonical)
        return
    loaded: list[type[Any]] = [load(each, type) for each in schemas]
    findings = check(
        expression,
        worker=_one(loaded, WorkerAttributes, worker),
        task=_one(loaded, TaskAttributes, task),
        suppress=suppress,
    )
    explanation = None
    if isinstance(expression, Condition) and (worker is not None or task is not None):
        explanation = explain(expression, worker=worker, task=task)
    click.echo(_as_json(canonical, findings, explanation) if as_json else _as_text(canonical, findings, explanation))
    bad = any(finding.severity != "info" for finding in findings)
    ctx.exit(1 if bad or (explanation is not None and not explanation.verdict) else 0)


def _one(loaded: list[type[Any]], base: type[Attributes[Any]], document: dict[str, Json] | None) -> Any:
    """Return the schema of that base, having seen that the document fits it (Any: known at run time only)."""
    schema: Any = None
    for each in loaded:
        if schema is None and issubclass(each, base):
            schema = cast(Any, each)
    if schema is not None and document is not None:
        try:
            schema.from_dict(document)
        except InvalidAttributes as error:
            click.echo(f"note: the attributes do not fit {schema.__name__}:\n{error}", err=True)
    return schema


def _as_text(canonical: str, findings: list[Diagnostic], explanation: Explanation | None) -> str:
    parts = [canonical, *(f"{finding.severity}: {render(finding)}" for finding in findings)]
    if explanation is not None:
        parts.append(str(explanation))
    return "\n\n".join(parts)


def _as_json(canonical: str, findings: list[Diagnostic], explanation: Explanation | None) -> str:
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
