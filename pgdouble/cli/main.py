"""The entry point: a group that imports a command only when it is called, and turns errors into exit codes.

Holds the table of commands. Knows nothing of what they do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

import click

from pgdouble.cli import exits
from pgdouble.config import settings_help
from policies.errors import PgError

# command -> module:object, one line of help
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("pgdouble.cli.init:init", "Draft a policy from a Postgres catalog; reads no row."),
    "check": ("pgdouble.cli.check:check", "Plan, cost and policy tests; reads no row, spends nothing."),
    "build": ("pgdouble.cli.build:build", "Spend budget: read the source once and make a release."),
    "serve": ("pgdouble.cli.serve:serve", "Serve the published release over the Postgres wire protocol."),
    "release": ("pgdouble.cli.release:release", "List, show and publish releases."),
    "ledger": ("pgdouble.cli.ledger:ledger", "Show and verify the record of every charge."),
    "explain": ("pgdouble.cli.explain:explain", "Show what a role's statement would be decided and compiled to."),
    "user": ("pgdouble.cli.user:user", "Add and list the users of `serve`."),
    "demo": ("pgdouble.cli.demo:demo", "A sample shop, built and served, source and double side by side."),
}


class WithoutPandas(MetaPathFinder):
    """Arrow looks for pandas at its first conversion, which costs 50 MB and up to a second for what no command uses."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Raise for pandas as though it was not installed."""
        if fullname == "pandas":
            raise ModuleNotFoundError(f"no command uses {fullname}", name=fullname)


class LazyGroup(click.Group):
    """Commands from COMMANDS; only the one that runs is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every setting with its variable."""
        formatter.write("\nSettings of pgdouble.yaml, each also an environment variable:\n")
        formatter.write("".join(f"  {line}\n" for line in settings_help().splitlines()))
        formatter.write("\nExit codes: 0 done, 1 failed, 2 denied, 3 invalid policy, 4 over budget.\n")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), help="pgdouble.yaml to use; default ./pgdouble.yaml, if any."
)
@click.version_option(package_name="pgdouble")
@click.pass_context
def cli(context: click.Context, config: Path | None) -> None:
    """A differentially private stand-in for a Postgres database."""
    context.obj = config


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. A user's error is a sentence, never a traceback."""
    sys.meta_path.insert(0, WithoutPandas())
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        result = cli.main(arguments, prog_name="pgdouble", standalone_mode=False)
        return result if isinstance(result, int) else exits.DONE
    except PgError as error:
        exits.report(error)
        return exits.exit_code(error)
    except click.ClickException as error:
        error.show()
        return exits.FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("pgdouble: stopped", err=True)
        return exits.FAILED
    except OSError as error:
        exits.report_system(error)
        return exits.FAILED
    except Exception as error:  # noqa: BLE001 - the last line of defence: its text may quote a row, so only places are shown
        exits.report_bug(error)
        return exits.FAILED
