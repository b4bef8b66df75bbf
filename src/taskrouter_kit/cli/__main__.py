"""``taskrouter-kit``: the group of commands. Each one is loaded when it is called, so that ``--help`` stays quick.

Exit codes everywhere: 0 done or nothing to say, 1 the answer is no (changes, findings, a failed scenario),
2 the question was wrong or could not be answered.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from taskrouter_kit._version import __version__

try:
    import click
except ImportError:  # the console script exists without the extra: say how to get it, not a traceback
    sys.stderr.write("The command line needs the extra 'cli'.\n  hint: pip install 'taskrouter-kit[cli]'\n")
    raise SystemExit(2) from None

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Verb -> (module that holds its ``command``, one line for the list of commands).
COMMANDS: dict[str, tuple[str, str]] = {
    "apply": ("taskrouter_kit.cli._deploy:apply_command", "Carry out the plan for a declared workspace."),
    "demo": ("taskrouter_kit.cli._demo:command", "Deploy and route a whole contact centre, with no account."),
    "emulate": ("taskrouter_kit.cli._emulate:command", "Serve a local TaskRouter over HTTP."),
    "events": ("taskrouter_kit.cli._events:command", "Follow events, or replay them into handlers."),
    "plan": ("taskrouter_kit.cli._deploy:plan_command", "Show what deploying a declared workspace would change."),
    "expr": ("taskrouter_kit.cli._expr:command", "Check, evaluate and explain one expression."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return cast(click.Command, getattr(import_module(module), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}.{_did_you_mean(args[0])}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _did_you_mean(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(sorted(COMMANDS))}."


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="taskrouter-kit")
def group() -> None:
    """Typed TaskRouter: declare, check, deploy, route and test a Twilio contact centre."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors of the library are printed whole and end with their exit code."""
    from taskrouter_kit.errors import TaskRouterKitError

    try:
        group.main(args=None if arguments is None else list(arguments), prog_name="taskrouter-kit")
    except TaskRouterKitError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
