"""Tier T4: who may touch what, read off the source text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("policies", "synth", "proxy", "pgdouble")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MEASURE = sorted((ROOT / "synth" / "measure").glob("*.py"))
MODEL = sorted((ROOT / "synth" / "model").glob("*.py"))

# What reads private rows, and the only files that may name it.
READERS = {
    "exact_marginal": {"rows.py", "choke.py"},
    "exact_fan_outs": {"rows.py", "choke.py"},
    "contributions": {"discovery.py", "choke.py"},
    "discrete_gaussian": {"noise.py", "choke.py"},
}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's tree."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> Iterator[str]:
    """Dotted names of all imports, `from a import b` as a.b."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(path: Path) -> set[str]:
    """Every identifier and attribute a file uses."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name)
    return found


def test_one_file_imports_the_sampler() -> None:
    users = [path for path in FILES if any(name.split(".")[0] == "opendp" for name in imported(path))]
    assert users == [ROOT / "synth" / "measure" / "noise.py"]


@pytest.mark.parametrize("path", MEASURE, ids=lambda path: path.name)
def test_measuring_has_no_generator(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] == "random"]
    assert "random" not in names(path) and "default_rng" not in names(path)


@pytest.mark.parametrize("path", MODEL, ids=lambda path: path.name)
def test_models_see_noisy_answers_only(path: Path) -> None:
    allowed = ("synth.measure.counts", "synth.measure.measurement", "synth.model", "numpy")
    for name in imported(path):
        outside = name.split(".")[0] in ("synth", "policies", "proxy", "opendp", "asyncpg", "duckdb")
        assert not outside or name.startswith(allowed), name


@pytest.mark.parametrize("reader", READERS)
def test_only_the_choke_reads_rows(reader: str) -> None:
    for path in FILES:
        if reader in {name.rsplit(".", 1)[-1] for name in imported(path)} | names(path):
            assert path.parent.name == "measure" and path.name in READERS[reader], path


@pytest.mark.parametrize("path", MEASURE, ids=lambda path: path.name)
def test_measuring_writes_and_prints_nothing(path: Path) -> None:
    assert not names(path) & {"print", "open", "logging", "warnings", "write_text", "write_bytes"}
