"""What the documents say, held against the code: commands, options, targets, links, dependencies, generated pages."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pgdouble.cli.main import cli
from pgdouble.cli.reference import reference

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def shell_lines(document: Path) -> Iterator[str]:
    """Lines of the fenced `sh` blocks."""
    for block in re.findall(r"```sh\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
        yield from (line.split(" #")[0].strip() for line in block.splitlines() if line.strip())


def pgdouble_lines() -> list[str]:
    """Every `pgdouble ...` that a document tells its reader to type, in blocks or in running text."""
    lines = [line for document in DOCUMENTS for line in shell_lines(document) if line.startswith("pgdouble ")]
    for document in DOCUMENTS:
        lines += re.findall(r"`(pgdouble [a-z][^`]*)`", document.read_text(encoding="utf-8"))
    return sorted(set(lines))


@pytest.mark.parametrize("line", pgdouble_lines())
def test_a_documented_command_exists_with_its_options(line: str) -> None:
    """Parse each against click, without running it."""
    words = shlex.split(line)[1:]
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        if "|" in name:
            assert set(name.split("|")) <= set(command.list_commands(context))
            return
        found = command.get_command(context, name)
        assert found is not None, f"no command {name}"
        command = found
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= options


def test_documented_make_targets_exist() -> None:
    """In the README and wherever else."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {line.split()[1] for document in DOCUMENTS for line in shell_lines(document) if line.startswith("make ")}
    assert {"demo", "test"} <= named <= targets


def test_the_readme_starts_with_two_commands() -> None:
    """What a newcomer types first."""
    lines = list(shell_lines(ROOT / "README.md"))
    assert lines[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Relative links alone; nothing is fetched."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_dependencies_are_described_and_pinned() -> None:
    """pyproject.toml, docs/dependencies.md and constraints.txt name the same packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [need for needs in project["optional-dependencies"].values() for need in needs]
    names = {re.split(r"[\[<>=]", need)[0].lower() for need in [*project["dependencies"], *extras]}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    assert {name for name in names if name not in page and name.removeprefix("pytest-") == name} == set()
    assert {name for name in names if not any(line.startswith(name + "==") for line in pinned)} == set()


def test_constraints_are_exact_versions() -> None:
    """No address, no range, no local path; the project itself is not pinned."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert not any(line.lower().startswith(("pgdouble", "pip=", "setuptools=")) for line in lines)


def test_the_cli_reference_is_current() -> None:
    """Regenerate it with the line in its own second paragraph."""
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference()
