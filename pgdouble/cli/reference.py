"""docs/cli.md, printed from the commands themselves: `python -m pgdouble.cli.reference > docs/cli.md`.

Knows click's help pages and nothing of what commands do. A test compares the file with this output.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from pgdouble.cli.main import cli
from pgdouble.config import Settings, variable

WIDTH = 100


def reference() -> str:
    """The whole page."""
    parts = ["# Command line", "Printed by `python -m pgdouble.cli.reference > docs/cli.md`."]
    parts += [f"## {path}\n\n```\n{text}\n```" for path, text in _pages(cli, "pgdouble")]
    return "\n\n".join([*parts, _settings()]) + "\n"


def _pages(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """Help of a command and, before its subcommands, of a group."""
    context = click.Context(command, info_name=path, max_content_width=WIDTH, terminal_width=WIDTH)
    if command is not cli:
        yield path, command.get_help(context).strip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _pages(child, f"{path} {name}")


def _settings() -> str:
    rows = ["## Settings", "| Key of pgdouble.yaml | Variable | Default | Meaning |\n| --- | --- | --- | --- |"]
    lines = [
        f"| `{key}` | `{variable(key)}` | {_code(field.default)} | {field.description} |"
        for key, field in Settings.model_fields.items()
    ]
    rows[-1] = "\n".join([rows[-1], *lines])
    rows.append("A variable beats the file, the file beats the default. Relative paths start at the file's folder.")
    rows.append("Exit codes: 0 done, 1 failed, 2 denied, 3 invalid policy, 4 over budget.")
    return "\n\n".join(rows)


def _code(value: object) -> str:
    return "" if value is None else f"`{value}`"


if __name__ == "__main__":
    click.echo(reference(), nl=False)
