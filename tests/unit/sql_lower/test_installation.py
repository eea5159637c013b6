"""What lowering prints exists in the engine. (That all the engine gets is used, tests/oracle/functions holds.)"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

import proxy.sql.lower as lower
from proxy.engine.functions import macros
from proxy.engine.functions.install import install, installed_names
from proxy.sql.lower import calls

FOLDER = Path(lower.__file__).parent
CALLED = re.compile(r"pgf_[a-z0-9_]+")


def printed() -> set[str]:
    """Names in the sources of the package and in its tables, which are partly built from parts."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    text += "\n".join(calls.TEMPLATES.values())
    return set(CALLED.findall(text))


def test_printed_names_are_installed() -> None:
    partial = {name for name in printed() if name.endswith("_")}  # f"pgf_numeric_{name}"
    assert printed() - partial - installed_names() == set()


def test_installs_into_a_fresh_instance_and_is_seen_by_cursors() -> None:
    engine = duckdb.connect()
    install(engine)
    cursor = engine.cursor()
    assert cursor.execute("SELECT pgf_numeric_div('1', '3'), pgf_any([false, NULL])").fetchone() == (
        "0.33333333333333333333",
        None,
    )
    assert installed_names() >= macros.NAMES
