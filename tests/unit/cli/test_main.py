"""The command line's frame: exit codes, one sentence for a user's error, no text of a foreign one, lazy imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from pgdouble.cli import main as entry
from policies.errors import BudgetExhausted, PgError, PolicyDenied, PolicyInvalid

ROOT = Path(__file__).resolve().parents[3]


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command that raises."""

    @click.command()
    def fails() -> None:
        raise error

    monkeypatch.setattr(entry.LazyGroup, "get_command", lambda self, ctx, name: fails)
    return entry.run(["check"])


CODES: list[tuple[BaseException, int]] = [
    (PgError("it broke"), 1),
    (PolicyDenied("no"), 2),
    (PolicyInvalid("policy.yaml:3:1: no"), 3),
    (BudgetExhausted("too much"), 4),
    (FileNotFoundError(2, "No such file or directory", "x.yaml"), 1),
    (KeyboardInterrupt(), 1),
    (ValueError("customer 4711"), 1),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda value: type(value).__name__)
def test_exit_codes(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 done, 1 failed, 2 denied, 3 invalid policy, 4 over budget; never a traceback."""
    assert failing(error, monkeypatch) == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_a_foreign_error_is_shown_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a build runs, the text of a numpy or asyncpg error can quote a row."""
    failing(ValueError("customer 4711"), monkeypatch)
    printed = capsys.readouterr().err
    assert "4711" not in printed
    assert "internal error ValueError" in printed
    assert "test_main.py:" in printed


def test_message_detail_and_hint_are_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each."""
    failing(PgError("it broke", detail="the rule", hint="Do this."), monkeypatch)
    assert capsys.readouterr().err == "pgdouble: it broke\n  detail: the rule\n  hint: Do this.\n"


def test_an_unknown_command_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Click's own words, our exit code."""
    assert entry.run(["bild"]) == 1
    assert "No such command" in capsys.readouterr().err


def test_every_command_can_be_asked_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    """So each of them imports."""
    for name in entry.COMMANDS:
        assert entry.run([name, "--help"]) == 0
    assert capsys.readouterr().out.count("Usage: pgdouble") == len(entry.COMMANDS)


def test_help_imports_no_command() -> None:
    """Completion and typos must not wait for numpy."""
    code = (
        "import sys\nfrom pgdouble.cli.main import run\nrun(['--help'])\n"
        "heavy = {'duckdb', 'numpy', 'asyncpg', 'pyarrow', 'rich', 'sqlglot'}\n"
        "sys.exit(bool(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:]
