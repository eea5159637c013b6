"""pgjdbc: one Java program looks at the source and at the double, and what it sees is compared line by line.

The program is `jdbc/Probe.java`; Debian's openjdk-17-jdk-headless and libpostgresql-jdbc-java run it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.clients.every_type import REFUSED, Sample
from tests.pair import Pair

DRIVER = Path("/usr/share/java/postgresql.jar")
PROBE = Path(__file__).parent / "jdbc" / "Probe.java"
SECTIONS = (
    "text", "binary at once", "simple", "named after one", "extended for prepared", "cache everything", "metadata", "rows", "portals",
    "transactions", "autosave", "read only", "batches", "rewritten batches", "calls", "calls as selects", "copy", "cancel", "session",
)  # fmt: skip
# What the double refuses with 0A000 where the source says why nothing is called: it has no procedures to call.
NOT_CALLED = frozenset(("{call upper('a')}", "{call nosuch()}", "call upper('a')"))
# Settings that the double reports as its own: it takes no writes, and nobody on it is above the policy.
OWN_SETTINGS = re.compile(r"(default_transaction_read_only|is_superuser)=\w+")
Seen = dict[str, dict[str, str]]
pytestmark = pytest.mark.timeout(600)  # all of it is one run


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


@pytest.fixture(scope="module")
def seen(typed: Pair, samples: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Seen]:
    """What the program saw of the source and of the double: section -> key -> line."""
    if shutil.which("javac") is None or not DRIVER.exists():
        pytest.skip("Java's compiler or pgjdbc is not installed (openjdk-17-jdk-headless, libpostgresql-jdbc-java)")
    folder = tmp_path_factory.mktemp("jdbc")
    values = folder / "values"
    lines = (f"{one.type}\t{escaped(one.text)}\n" for one in samples if (one.type, one.text) not in REFUSED)
    values.write_text("".join(lines), encoding="utf-8")
    arguments = [str(values)]
    for name, dsn in (("source", typed.source), ("double", typed.double)):
        where = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
        url = f"jdbc:postgresql://{where['host']}:{where['port']}/{where['dbname']}"
        arguments += [url, where["user"], where["password"], str(folder / name)]
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", str(DRIVER), str(PROBE), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert (result.returncode, result.stderr) == (0, "")
    return read(folder / "source"), read(folder / "double")


def read(path: Path) -> Seen:
    found: Seen = {section: {} for section in SECTIONS}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        section, key, what = line.split("\t")
        assert key not in found[section]
        found[section][key] = OWN_SETTINGS.sub(r"\1", what) if section == "session" else what
    return found


def tolerated(section: str, key: str, found: str | None) -> bool:
    """A call of a procedure."""
    return section.startswith("calls") and key in NOT_CALLED and (found or "").startswith("SQLException 0A000 ")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_java_program_sees_the_same(seen: tuple[Seen, Seen], section: str) -> None:
    expected, found = (one[section] for one in seen)
    different = [
        (key, expected.get(key), found.get(key))
        for key in {**expected, **found}
        if expected.get(key) != found.get(key) and not tolerated(section, key, found.get(key))
    ]
    assert different == []
    assert len(expected) > 2 and "ended by" not in expected
