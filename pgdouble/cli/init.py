"""`pgdouble init`: a commented draft of policy.yaml from the source's catalog.

Reads structure and no row. Never overwrites a policy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policies.errors import PgError

if TYPE_CHECKING:
    from synth.source.schema import Schema, Table


class DraftImpossible(PgError):
    """There is nothing to draft from, or something that a draft would overwrite."""

    sqlstate = "58P02"


@click.command()
@click.option(
    "--unit", metavar="TABLE", help="The privacy unit, as schema.table; guessed from foreign keys by default."
)
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("policy.yaml"), show_default=True, help="`-` prints it."
)
@click.pass_obj
def init(config_file: Path | None, unit: str | None, output: Path) -> None:
    """Draft a policy from a Postgres catalog; reads no row."""
    from pgdouble.cli.source import source_schema
    from pgdouble.config import load_config
    from pgdouble.draft.render import draft, questions

    if str(output) != "-" and output.exists():
        raise DraftImpossible(f"{output} exists", hint="Move it away or name another file with --output.")
    config = load_config(config_file)
    schema = source_schema(config.source_dsn(), allow_writer=config.settings.allow_writer)
    table = _unit(schema, unit)
    text = draft(schema, table)
    if str(output) == "-":
        click.echo(text, nl=False)
        return
    with output.open("x", encoding="utf-8") as file:
        file.write(text)
    guessed = "" if unit else " (guessed)"
    click.echo(
        f"{output}: a draft for {len(schema.tables)} tables with the unit {table.qualified}{guessed} "
        f"and {questions(text)} questions marked REVIEW. Answer them, then run `pgdouble check`."
    )


def _unit(schema: Schema, named: str | None) -> Table:
    from pgdouble.draft.owners import guess_unit

    if named is None:
        table = guess_unit(schema)
        if table is None:
            raise DraftImpossible("the source has no table that this role can see", hint="Connect to another database.")
        return table
    found = schema.named(named) or schema.named(f"public.{named}")
    if found is None:
        raise DraftImpossible(
            f'the source has no table "{named}"', hint="Write it as schema.table, in the catalog's own letters."
        )
    return found
