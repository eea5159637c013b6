"""check, build and serve with a source that speaks TLS alone: PostgreSQL 15, its certificate verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgdouble.cli.main import run
from tests.doubles import serve
from tests.servers import InstalledPostgres, missing

SCHEMA = """
CREATE TABLE person (id int PRIMARY KEY, country text, visits int);
INSERT INTO person SELECT i, (array['de', 'FR', '_x'])[1 + i % 3], i % 7 FROM generate_series(1, 300) i;
CREATE TABLE product (name text PRIMARY KEY);
INSERT INTO product VALUES ('apple'), ('Banana'), ('_under'), ('Éclair'), ('eclair'), ('co-op'), ('coop');
CREATE ROLE reader LOGIN PASSWORD 'only-reads';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
"""
POLICY = """
version: 1
privacy:
  unit: public.person
  budget: {epsilon: 4, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 10, delta: 1e-8}
  release: {epsilon: 4}
  collusion: assume
tables:
  public.product: {public: true, because: shown in the catalogue}
  public.person:
    columns:
      id: auto
      country: {as: category, values: [de, FR, _x], source: made up}
      visits: {as: number, bounds: [0, 10], step: 1}
roles:
  analyst:
    grants: [{tables: [public.*]}]
    exposure: {epsilon: 4}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[InstalledPostgres]:
    if because := missing("15"):
        pytest.skip(because)
    with InstalledPostgres("15") as found:
        found.create_database("source")
        found.psql(database="source", stdin=SCHEMA)
        yield found


@pytest.fixture
def reader(server: InstalledPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The reader's DSN; a folder with policy and settings is the current one."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "pgdouble.yaml").write_text(
        "policy: policy.yaml\nstate: state\nsource_dsn_env: SOURCE\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return server.dsn("source", "reader", "only-reads")


def verified(server: InstalledPostgres, dsn: str) -> str:
    """The certificate and the host in it must be right."""
    return f"{dsn}?sslmode=verify-full&sslrootcert={server.certificate}"


def test_built_over_tls_and_served(
    server: InstalledPostgres, reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ordered by the collation of that database."""
    monkeypatch.setenv("SOURCE", f"{reader}?sslmode=require")
    assert run(["check"]) == 0
    monkeypatch.setenv("SOURCE", verified(server, reader))
    assert run(["build", "--yes"]) == 0
    with (
        serve(tmp_path / "state" / "releases", tmp_path / "policy.yaml", ("analyst",)) as double,
        psycopg.connect(double.dsn("analyst")) as connection,
        psycopg.connect(reader) as source,
    ):
        assert connection.info.server_version == source.info.server_version
        rows = connection.execute("select name from product order by name").fetchall()
        assert rows == source.execute("select name from product order by name").fetchall()
        assert rows[0] == ("_under",)
        assert connection.execute("select min(country), max(country) from person").fetchone() == ("_x", "FR")


def test_in_the_clear_it_is_unreachable(
    reader: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's words stay there; its SQLSTATE has a hint."""
    monkeypatch.setenv("SOURCE", f"{reader}?sslmode=disable")
    assert run(["check"]) == 1
    assert "SQLSTATE 28000" in capsys.readouterr().err


def test_another_certificate_is_refused(
    server: InstalledPostgres, reader: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence, and no traceback."""
    with InstalledPostgres("15") as other:
        monkeypatch.setenv("SOURCE", verified(other, reader))
        assert run(["check"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("pgdouble: cannot connect to the source: ")
    assert "Traceback" not in printed and "only-reads" not in printed
