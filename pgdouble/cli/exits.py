"""From errors to exit codes and to the few lines that a person reads.

One table: 0 done, 1 failed, 2 denied, 3 invalid policy, 4 over budget. Refuses to print the message of an error that
is not ours: while a build runs, such a message can quote a row of the source.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from policies.errors import BudgetExhausted, PgError, PolicyDenied, PolicyInvalid

DONE, FAILED, DENIED, INVALID_POLICY, OVER_BUDGET = range(5)

# By SQLSTATE, since a plan that policy and catalog do not make is an error of its own class and means the same.
_CODES = {
    PolicyDenied.sqlstate: DENIED,
    PolicyInvalid.sqlstate: INVALID_POLICY,
    BudgetExhausted.sqlstate: OVER_BUDGET,
}
_ROOT = Path(__file__).resolve().parents[2]


def exit_code(error: PgError) -> int:
    """The exit code of an error that ended a command."""
    return _CODES.get(error.sqlstate, FAILED)


def report(error: PgError) -> None:
    """What happened, which rule, what to do: one line each, on stderr."""
    click.echo(f"pgdouble: {error.message}", err=True)
    if error.detail:
        click.echo(f"  detail: {error.detail}", err=True)
    if error.hint:
        click.echo(f"  hint: {error.hint}", err=True)


def report_system(error: OSError) -> None:
    """An error of the operating system: its own words and the file."""
    place = f"{error.filename}: " if error.filename else ""
    words = error.strerror or type(error).__name__
    click.echo(f"pgdouble: {place}{words[:1].lower()}{words[1:]}", err=True)


def report_bug(error: Exception) -> None:
    """An error that is ours to fix: its class and where it came from, never its text."""
    click.echo(f"pgdouble: internal error {type(error).__name__}; please report it with these places", err=True)
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        name = file.relative_to(_ROOT) if file.is_relative_to(_ROOT) else Path(*file.parts[-2:])
        click.echo(f"  {name}:{frame.lineno} in {frame.name}", err=True)
