"""`init`, `check` and `build` against a real Postgres: what they refuse, and that a refusal spends nothing."""

from __future__ import annotations

import io
import shutil
from importlib import resources
from pathlib import Path

import pytest

from pgdouble.cli.main import run
from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.demo.shop.load import READER


@pytest.fixture
def folder(tmp_path: Path, small_shop: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shop's policy and settings; the DSN in the environment."""
    for name in ("policy.yaml", "pgdouble.yaml"):
        shutil.copy(str(resources.files("pgdouble.demo.shop") / name), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_DSN", small_shop)
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    """Change the policy; the old text must be there."""
    file = folder / "policy.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_check_spends_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Plan, cost, tests; no state folder afterwards."""
    assert run(["check"]) == 0
    printed = capsys.readouterr().out
    assert "public.orders: private" in printed
    assert "estimate, from policy and catalog alone:" in printed and "a million rows take" in printed
    assert "lifetime: epsilon 0 of 10 spent" in printed and "is unfinished" not in printed
    assert printed.count("(ok)") == 4
    assert not (folder / "state").exists()


REFUSED = [
    ("a column nobody names", "      gift:          auto\n", "", "gift"),
    ("a column that is not there", "      gift:          auto\n", "      gift: auto\n      wrapped: auto\n", "wrapped"),
    ("a failing policy test", "expect: allow}", "expect: deny}", "expected deny, got allow"),
    ("an unknown key", "collusion: assume", "colusion: assume", "policy.yaml:9:3"),
    ("a table that is public for no reason", "public: true, because: shown in the web catalogue", "public: true", "because"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_an_invalid_policy_ends_with_3(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    """One sentence with the place; nothing is reserved."""
    edit(folder, old, new)
    assert run(["check"]) == 3
    printed = capsys.readouterr()
    assert words in printed.err
    assert "Traceback" not in printed.err
    assert not (folder / "state").exists()


def test_a_build_over_budget_ends_with_4_before_the_ledger_is_touched(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cost is printed first."""
    assert run(["build", "--yes", "--epsilon", "5"]) == 4
    printed = capsys.readouterr().err
    assert "this build costs epsilon 5" in printed
    assert "DOES NOT FIT" in printed
    assert not (folder / "state").exists()


def test_without_a_yes_nothing_is_spent(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default answer is no."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert run(["build"]) == 1
    assert "nothing was spent" in capsys.readouterr().err
    assert not (folder / "state").exists()


def test_a_role_that_may_write_is_refused(
    folder: Path, postgres: EmbeddedPostgres, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2; the hint says how to make a reader; the password is not printed."""
    monkeypatch.setenv("SHOP_DSN", postgres.dsn("shop"))
    assert run(["init", "--output", "draft.yaml"]) == 2
    printed = capsys.readouterr().err
    assert "GRANT SELECT" in printed
    assert postgres.password not in printed
    assert not (folder / "draft.yaml").exists()


def test_an_unreachable_source_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens there, and the password is not printed."""
    monkeypatch.setenv("SHOP_DSN", "postgresql://nobody:sesame@127.0.0.1:1/shop")
    assert run(["check"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("pgdouble: ")
    assert "sesame" not in printed


def test_a_table_that_the_reader_may_not_read_is_told_before_anything_is_spent(
    folder: Path, postgres: EmbeddedPostgres, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `check` too."""
    postgres.psql("-c", f"REVOKE SELECT ON reviews FROM {READER}", database="shop")
    try:
        for command in (["check"], ["build", "--yes"]):
            assert run(command) == 2
            assert 'may not read "public.reviews"' in capsys.readouterr().err
    finally:
        postgres.psql("-c", f"GRANT SELECT ON reviews TO {READER}", database="shop")
    assert not (folder / "state" / "ledger.sqlite").exists()


def test_init_does_not_overwrite(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A policy is somebody's work."""
    before = (folder / "policy.yaml").read_bytes()
    assert run(["init"]) == 1
    assert "policy.yaml exists" in capsys.readouterr().err
    assert (folder / "policy.yaml").read_bytes() == before


def test_build_list_show_publish(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two releases; the pointer moves where it is told to."""
    assert run(["build", "--yes", "--epsilon", "1"]) == 0
    assert run(["build", "--yes", "--epsilon", "1", "--no-publish"]) == 0
    assert (folder / "state" / "releases" / "CURRENT").read_text().strip() == "1"
    assert run(["release", "publish", "2"]) == 0
    capsys.readouterr()
    assert run(["release", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(" ")
    assert second.startswith("*")
    assert run(["release", "show", "2"]) == 0
    assert "unit public.customers: epsilon 1" in capsys.readouterr().out
    assert run(["release", "show", "9"]) == 1
    assert run(["release", "publish", "9"]) == 1
    assert run(["ledger", "verify", "--against", "state/releases"]) == 0
    assert run(["build", "--yes", "--epsilon", "4"]) == 4
