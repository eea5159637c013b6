"""init, check, build and serve with a source that speaks TLS alone: PostgreSQL 15, its certificate verified."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from pgdouble.cli.main import run
from pgdouble.demo.shop.load import load_shop
from tests.doubles import serve
from tests.servers import InstalledPostgres, missing


@pytest.fixture(scope="module")
def server() -> Iterator[InstalledPostgres]:
    if because := missing("15"):
        pytest.skip(because)
    with InstalledPostgres("15") as found:
        yield found


@pytest.fixture(scope="module")
def reader(server: InstalledPostgres) -> str:
    """DSN of the shop's reader."""
    return asyncio.run(load_shop(server, 150))


@pytest.fixture
def folder(tmp_path: Path, reader: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("policy.yaml", "pgdouble.yaml"):
        shutil.copy(str(resources.files("pgdouble.demo.shop") / name), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_DSN", reader)
    return tmp_path


def verified(server: InstalledPostgres, dsn: str) -> str:
    """The certificate and the host in it must be right."""
    return f"{dsn}?sslmode=verify-full&sslrootcert={server.certificate}"


@pytest.mark.parametrize("mode", ["require", "verify-full"])
def test_built_over_tls_and_served(
    folder: Path, server: InstalledPostgres, reader: str, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("SHOP_DSN", verified(server, reader) if mode == "verify-full" else f"{reader}?sslmode=require")
    assert run(["check"]) == 0
    assert run(["build", "--yes"]) == 0
    with (
        serve(folder / "state" / "releases", folder / "policy.yaml", ("analyst",)) as double,
        psycopg.connect(double.dsn("analyst")) as connection,
        psycopg.connect(reader) as source,
    ):
        assert connection.info.server_version == source.info.server_version
        rows = connection.execute("select name from products order by name").fetchall()
        assert rows == source.execute("select name from products order by name").fetchall()
        assert connection.execute("select count(*) > 0 from orders where status > 'a'").fetchone() == (True,)


def test_in_the_clear_it_is_unreachable(
    folder: Path, reader: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's words stay there; its SQLSTATE has a hint."""
    monkeypatch.setenv("SHOP_DSN", f"{reader}?sslmode=disable")
    assert run(["check"]) == 1
    assert "SQLSTATE 28000" in capsys.readouterr().err


def test_another_certificate_is_refused(
    folder: Path,
    server: InstalledPostgres,
    reader: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sentence, and no traceback."""
    other = InstalledPostgres("15")
    with other:
        monkeypatch.setenv("SHOP_DSN", verified(other, reader))
        assert run(["check"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("pgdouble: cannot connect to the source: ")
    assert "Traceback" not in printed and server.password not in printed
