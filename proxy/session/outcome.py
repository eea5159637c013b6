"""What preparing and running a session command gives. Plain values; refuses to know sessions and messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn

TEXT_OID = 25
Row = tuple[str | None, ...]
Warned = tuple[str, str]  # SQLSTATE, message


@dataclass(frozen=True, slots=True)
class Plan:
    """columns: None where there are no rows. compiled: the query that the command carries."""

    columns: tuple[OutputColumn, ...] | None = None
    parameters: tuple[int, ...] = ()
    compiled: Compiled | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """tag: the command tag; rows: a result of text; warning: what is said before the tag."""

    tag: str
    rows: Sequence[Row] = ()
    warning: Warned | None = None


def text_columns(*names: str) -> tuple[OutputColumn, ...]:
    """Columns of type text."""
    return tuple(OutputColumn(name=name, type=TEXT_OID, typmod=-1) for name in names)
