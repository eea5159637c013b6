"""The statements that must fail: those of statements.sql, and those that a seed draws."""

from __future__ import annotations

from pathlib import Path

from tests.oracle.errors.generator import Generator

TABLES = Path(__file__).with_name("tables.sql")
WRITTEN = Path(__file__).with_name("statements.sql")


def written() -> list[str]:
    """One a line, the headings left out."""
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("-- ")]


def drawn(seed: int, each: int) -> list[str]:
    """So many for each SQLSTATE."""
    return list(Generator(seed).statements(each))
