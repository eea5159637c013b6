"""The layers: who may import whom, what `serve` must not load, and that every module says what it is.

Reads source files as trees; imports nothing of what it checks but for the one test that starts an interpreter.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("policies", "synth", "proxy", "pgdouble")
MAY_IMPORT = {
    "policies": {"policies"},
    "synth": {"policies", "synth"},
    "proxy": {"policies", "synth", "proxy"},
    "pgdouble": set(PACKAGES),
}
PROXY_TAKES_FROM_SYNTH = {
    f"synth.release.{name}" for name in ("accuracy", "manifest", "mentions", "references", "storage")
}
NOT_IN_SERVE = ("asyncpg", "opendp", "synth.source", "synth.measure")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Three tests look at each module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Dotted names that a module imports, at any depth; `from a import b` gives both a and a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> set[str]:
    """Imports of the project's own packages."""
    return {name for name in imported(path) if name.split(".")[0] in PACKAGES}


def test_there_is_something_to_check() -> None:
    """An empty list would make every test below pass."""
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_in_one_direction(path: Path) -> None:
    """policies <- synth <- proxy <- pgdouble."""
    package = path.relative_to(ROOT).parts[0]
    strangers = {name for name in ours(path) if name.split(".")[0] not in MAY_IMPORT[package]}
    assert not strangers


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.relative_to(ROOT).parts[0] == "proxy"], ids=lambda path: path.name
)
def test_proxy_takes_the_format_alone_from_synth(path: Path) -> None:
    """A server that could import the reading side would be one mistake away from the source."""
    taken = {name for name in ours(path) if name.startswith("synth")}
    modules = {
        name for name in taken if any(name == base or name.startswith(base + ".") for base in PROXY_TAKES_FROM_SYNTH)
    }
    assert taken - modules <= {"synth.release"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    """A docstring; only an __init__.py without code may be silent."""
    tree = tree_of(path)
    if path.name == "__init__.py" and not tree.body:
        return
    assert ast.get_docstring(tree)


def test_sqlglot_is_pure_python() -> None:
    """Its compiled extra cannot be subclassed, and our dialect is a subclass."""
    spec = importlib.util.find_spec("sqlglot.parser")
    assert spec is not None
    assert spec.origin is not None
    assert spec.origin.endswith(".py")


def test_serve_loads_nothing_that_reads_a_source() -> None:
    """What `serve` imports, in an interpreter of its own."""
    code = (
        "import sys\n"
        "from pgdouble.cli.serve import load\n"
        "load()\n"
        f"names = {NOT_IN_SERVE!r}\n"
        "print([m for m in sys.modules if any(m == n or m.startswith(n + '.') for n in names)])\n"
        "print('proxy.server' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["[]", "True"]


def test_no_registry_address_and_no_machine_path() -> None:
    """The project installs from wherever its user's pip does."""
    banned = re.compile(r"--(extra-)?index-url|https?://[^\s/]*pypi")
    files = [*MODULES, ROOT / "Makefile", ROOT / "README.md", ROOT / "constraints.txt", ROOT / "pyproject.toml"]
    assert [path for path in files if banned.search(path.read_text(encoding="utf-8"))] == []
