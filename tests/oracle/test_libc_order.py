"""A source whose databases are ordered by its C library's en_US, as most are: the double orders by that of its own machine.

The locale is compiled into a folder of the test, which both servers are pointed to. Skips where there is no PostgreSQL 15, or
nothing to compile the locale from.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles import serve
from tests.oracle.compare import TEXT, ask, difference
from tests.pair import Pair
from tests.servers import InstalledPostgres, missing

LOCALE = "en_US.UTF-8"
ASKED = [
    "select x from t order by x", "select x from t order by x desc, x", 'select x from t order by x collate "C"',
    "select 'a' < 'B', 'co-op' < 'coop', '_a' < 'b', 'é' < 'f', '' < ' '", "select min(x), max(x) from t",
    "select count(*) from t where x > 'b'", "select x from t where x between 'a' and 'b' order by x limit 20",
    "select array_agg(x order by x) from t", "select upper('ßé'), lower('ÉI'), initcap('éa o''neil'), 'É' ilike 'é'",
    "select x, rank() over (order by x) from t", "select greatest('a', 'B', '_'), least('a', 'B', '_')",
    "select array['a', 'B'] < array['B', 'a']",
]  # fmt: skip
TEXTS = """
insert into t select substr(md5(i::text), 1, i % 5) || (array['', 'É', '-', ' ', 'ß', '_', '李', '’', 'Z'])[1 + i % 9] || i % 7
from generate_series(1, 3000) i
"""


@pytest.fixture(scope="module")
def locales() -> Iterator[Path]:
    """A folder with the locale compiled, which the server's user may read."""
    if because := missing("15"):
        pytest.skip(because)
    if not shutil.which("localedef") or not Path("/usr/share/i18n/locales/en_US").exists():
        pytest.skip("the sources of locales are not installed: apt-get install locales")
    with tempfile.TemporaryDirectory(prefix="pgdouble-locales-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        subprocess.run(
            ["localedef", "-i", "en_US", "-f", "UTF-8", str(folder / LOCALE)], check=True, capture_output=True
        )
        yield folder


@pytest.fixture(scope="module")
def source(locales: Path) -> Iterator[str]:
    server = InstalledPostgres("15", (f"--locale={LOCALE}",))
    server.surroundings["LOCPATH"] = str(locales)
    with server:
        dsn = server.create_database("libc")
        server.psql("-c", "create table t (x text)", "-c", TEXTS, database="libc")
        yield dsn


def test_ordered_as_the_source_does(
    source: str, locales: Path, mirror: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCPATH", str(locales))
    with serve(mirror(source)) as double:
        connections = Pair(source, double.dsn()).connect()
        answers = [[ask(one, sql, TEXT) for one in connections] for sql in ASKED]
        assert [difference(real, found, "order by" in sql) for sql, (real, found) in zip(ASKED, answers)] == [""] * len(
            ASKED
        )


def test_a_machine_without_the_locale_refuses(
    source: str, mirror: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says what to install; what is not ordered is answered."""
    monkeypatch.setenv("LOCPATH", str(tmp_path))
    with serve(mirror(source)) as double:
        _, connection = Pair(source, double.dsn()).connect()
        refused = ask(connection, "select x from t order by x")
        assert (refused.sqlstate, refused.message) == (
            "0A000", 'ordering by the locale "en_US.UTF-8" is not supported by the double',
        )  # fmt: skip
        assert ask(connection, "select count(distinct x) > 10 from t").rows == ((b"t",),)
