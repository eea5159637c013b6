"""`ledger show` and `ledger verify` over a real ledger file, honest and tampered with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from pgdouble.cli.main import run
from policies.load import load_policy
from policies.privacy import epsilon_of
from policies.stores.sqlite import SqliteLedger

RHO_NANO = 20_000_000


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    """A folder with the shop's policy and a ledger of one reservation."""
    for name in ("policy.yaml", "pgdouble.yaml"):
        shutil.copy(str(resources.files("pgdouble.demo.shop") / name), tmp_path / name)
    privacy = load_policy(tmp_path / "policy.yaml").policy.privacy
    ledger = SqliteLedger(tmp_path / "state" / "ledger.sqlite")
    ledger.reserve("shop", privacy, RHO_NANO, 0, datetime(2025, 7, 1, tzinfo=UTC), "tester")
    ledger.close()
    return ["--config", str(tmp_path / "pgdouble.yaml")]


def test_show_composes_and_converts(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The figure is the accountant's, at the policy's lifetime delta."""
    assert run([*config, "ledger", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["totals"][0]["reserved_nano"] == RHO_NANO
    assert shown["totals"][0]["epsilon"] == pytest.approx(epsilon_of(RHO_NANO, 1e-8))
    assert [entry["kind"] for entry in shown["entries"]] == ["reserve"]


def test_show_reads_for_people_too(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One line an entry, one a source."""
    assert run([*config, "ledger", "show"]) == 0
    assert ": rho 0.020000 reserved, 0.000000 spent" in capsys.readouterr().out


def test_verify_accepts_an_honest_ledger(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And prints the head, to be pinned elsewhere."""
    assert run([*config, "ledger", "verify"]) == 0
    assert "the ledger holds: 1 entries; head " in capsys.readouterr().out


def test_verify_finds_an_edit(config: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A smaller cost, written around the trigger."""
    connection = sqlite3.connect(tmp_path / "state" / "ledger.sqlite")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.execute("DROP TRIGGER entry_no_update")
    connection.execute("UPDATE entry SET body = replace(body, '20000000', '10000000')")
    connection.execute(next(sql for name, sql in triggers if name == "entry_no_update"))
    connection.commit()
    connection.close()
    assert run([*config, "ledger", "verify"]) == 1
    assert capsys.readouterr().err.startswith("pgdouble: ")


def test_without_a_ledger_nothing_is_made(
    config: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verifier must not create what it verifies."""
    shutil.rmtree(tmp_path / "state")
    assert run([*config, "ledger", "verify"]) == 1
    assert "there is no ledger" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
