"""Tier T4: who may touch what, read off the source text, and a build of nothing against a build of something.

Each rule is also asked about a text that breaks it. No chance is in it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.privacy.audit import faults
from tests.privacy.audit.engine import Group, World, choke_for, encode, measured, plan_of

ROOT = Path(__file__).parents[3]
PACKAGES = ("policies", "synth", "proxy", "pgdouble")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MEASURE = sorted((ROOT / "synth" / "measure").glob("*.py"))
MODEL = sorted((ROOT / "synth" / "model").glob("*.py"))

# What reads private rows or draws noise, and the only files of `measure` that may name it.
READERS = {
    "exact_marginal": {"rows.py", "choke.py"},
    "exact_fan_outs": {"rows.py", "choke.py"},
    "contributions": {"discovery.py", "choke.py"},
    "discrete_gaussian": {"noise.py", "choke.py"},
}
SPEAKING = {"print", "open", "logging", "warnings", "write_text", "write_bytes"}


@cache
def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


@cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """Every node of a text's tree."""
    return tuple(ast.walk(ast.parse(text)))


def imported(text: str) -> Iterator[str]:
    """Dotted names of all imports, `from a import b` as a.b."""
    for node in nodes(text):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(text: str) -> set[str]:
    """Every identifier and attribute a text uses."""
    found: set[str] = set()
    for node in nodes(text):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name)
    return found


def uses_sampler(text: str) -> bool:
    """Whether it imports the library that draws noise."""
    return any(name.split(".")[0] == "opendp" for name in imported(text))


def has_generator(text: str) -> bool:
    """Whether it has another source of chance: the standard library's, or numpy's."""
    return any(name.split(".")[0] == "random" for name in imported(text)) or bool(
        names(text) & {"random", "default_rng"}
    )


def speaks(text: str) -> bool:
    """Whether it writes or prints."""
    return bool(names(text) & SPEAKING)


def sees_more_than_answers(text: str) -> bool:
    """Whether a model imports what it must not know."""
    allowed = ("synth.codes", "synth.measure.counts", "synth.measure.measurement", "synth.model", "numpy")
    outside = ("synth", "policies", "proxy", "opendp", "asyncpg", "duckdb")
    return any(name.split(".")[0] in outside and not name.startswith(allowed) for name in imported(text))


def reads(text: str) -> set[str]:
    """What of READERS it names."""
    return set(READERS) & ({name.rsplit(".", 1)[-1] for name in imported(text)} | names(text))


def test_one_file_imports_the_sampler() -> None:
    assert [path for path in FILES if uses_sampler(text_of(path))] == [ROOT / "synth" / "measure" / "noise.py"]


@pytest.mark.parametrize("path", MEASURE, ids=lambda path: path.name)
def test_measuring_has_no_generator_and_says_nothing(path: Path) -> None:
    assert not has_generator(text_of(path)) and not speaks(text_of(path))


@pytest.mark.parametrize("path", MODEL, ids=lambda path: path.name)
def test_models_see_noisy_answers_only(path: Path) -> None:
    assert not sees_more_than_answers(text_of(path))


def test_only_the_choke_reads_rows() -> None:
    for path in FILES:
        for reader in reads(text_of(path)):
            assert path.parent.name == "measure" and path.name in READERS[reader], path


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (uses_sampler, "import opendp.prelude as dp"),
        (uses_sampler, "from opendp.measurements import make_gaussian"),
        (has_generator, "import random"),
        (has_generator, "from random import gauss"),
        (has_generator, "import numpy as np\nnoise = np.random.normal()"),
        (has_generator, "from numpy.random import default_rng"),
        (speaks, "print(exact)"),
        (sees_more_than_answers, "from synth.measure.rows import WeightedCodes"),
        (sees_more_than_answers, "from synth.encode.tables import EncodedTable"),
        (reads, "from synth.measure import rows\nrows.exact_marginal(table, ())"),
        (reads, "from synth.measure.rows import exact_fan_outs as counts"),
        (reads, "from synth.measure.noise import discrete_gaussian"),
    ],
)
def test_the_rules_see_what_breaks_them(rule: Callable[[str], object], text: str) -> None:
    assert rule(text)


def shape(world: World) -> list[object]:
    """What a build lays down before any answer can have decided anything: domains, axes, sizes, and what is asked of every column."""
    plan = plan_of(0.5, related=True)
    choke = choke_for(plan)
    domains, learned = measured(plan, encode(plan, world), choke)
    # How many bins fan-outs have is a noisy answer, and how many columns of an owner have room beside them follows from it.
    axes = {
        oid: [
            (axis.name, axis.size, axis.ordered)
            for axis in each.model.domain.axes
            if not axis.name.startswith(("fan", "owner."))
        ]
        for oid, each in learned.items()
    }
    # Of what is asked, only a unit table's first columns are settled before any answer; sigmas follow the noisy number of fan-out bins.
    asked = {
        (row.columns, row.sensitivity) for row in choke.log if (row.table, row.purpose) == ("public.person", "one-way")
    }
    return [domains, axes, asked]


WORLDS = [(), (Group(0, 20, 1),), (Group(3, 5, 0), Group(9, 2, 30))]


@pytest.mark.parametrize("world", WORLDS[1:])
def test_a_build_of_nothing_has_the_shape_of_any_other(world: World) -> None:
    assert shape(()) == shape(world)


def test_a_domain_from_data_has_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.domain_from_data(monkeypatch)
    assert shape(()) != shape(WORLDS[1])
