"""The division of `make test` between its workers names files that are there, each once."""

from __future__ import annotations

from pathlib import Path

from tests.balance import DEAR, TOGETHER, UNIT_OF, rank

ROOT = Path(__file__).parents[2]


def test_what_is_named_is_there() -> None:
    """A file that was renamed would go its own way in silence."""
    named = [*UNIT_OF, *(name for name in DEAR if name not in TOGETHER)]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_file_is_in_two_units() -> None:
    assert len(UNIT_OF) == sum(map(len, TOGETHER.values()))


def test_what_starts_servers_goes_before_what_does_not() -> None:
    units = ["tests/unit/test_balance.py", "tests/oracle/test_rows.py", "shop", "tests/oracle/test_another_version.py"]
    assert sorted(units, key=rank) == [
        "shop",
        "tests/oracle/test_another_version.py",
        "tests/oracle/test_rows.py",
        units[0],
    ]
