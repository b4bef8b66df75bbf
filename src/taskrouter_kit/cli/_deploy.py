"""``taskrouter-kit plan`` and ``apply``: one call of the public API and one renderer each."""

from __future__ import annotations

import json

import click

from taskrouter_kit.cli._connect import connect, connection_option
from taskrouter_kit.cli._load import load


@click.command("plan")
@click.argument("workspace", metavar="MODULE:OBJECT")
@connection_option
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.pass_context
def plan_command(ctx: click.Context, workspace: str, local: str | None, as_json: bool) -> None:
    """Show what deploying the declared workspace would change. Exit code 0: nothing, 1: something, 2: cannot tell."""
    from taskrouter_kit.models._declare_workspace import Workspace

    declared = load(workspace, Workspace)
    with connect(local) as taskrouter:
        plan = taskrouter.plan(declared)
    click.echo(json.dumps(plan.to_data(), indent=2, ensure_ascii=False) if as_json else str(plan))
    ctx.exit(1 if plan else 0)


@click.command("apply")
@click.argument("workspace", metavar="MODULE:OBJECT")
@connection_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def apply_command(ctx: click.Context, workspace: str, local: str | None, yes: bool) -> None:
    """Carry out the plan for the declared workspace, after showing it. Nothing is deleted.

    Exit code 0: done, or nothing to do, 1: refused, or you said no, 2: could not, or stopped in the middle.
    """
    from taskrouter_kit.deploy._report import title
    from taskrouter_kit.models._declare_workspace import Workspace

    declared = load(workspace, Workspace)
    with connect(local) as taskrouter:
        plan = taskrouter.plan(declared)
        click.echo(str(plan))
        if not plan:
            return
        if plan.refusals:
            click.echo("Nothing was sent: the plan is refused.", err=True)
            ctx.exit(1)
        if not yes and local is None:
            click.confirm("Apply this plan?", abort=True, err=True)
        applied = taskrouter.apply(plan, on_change=lambda change: click.echo(f"done {title(change)}", err=True))
        click.echo(f"Applied {len(applied.done)} changes to workspace {applied.workspace_sid}.")
