"""What compiling a query statement gives to the session. Holds text and types; knows neither trees nor connections."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.sql.ir import OutputColumn


@dataclass(frozen=True, slots=True)
class Compiled:
    """sql: DuckDB SQL with $1..$n. columns: RowDescription. parameters: their PG type OIDs.

    DuckDB's result has exactly these columns in this order, in their storage types (synth.release.storage), except:
    interval is STRUCT(months INTEGER, days INTEGER, micros BIGINT); numeric is any DECIMAL or canonical text (VARCHAR).
    relations: what the statement reads. settings: (name, value, local) that running it sets, by set_config. used: the parameters
    that sql mentions. volatile: its answer is not a function of the statement and its parameters. rules: the grants that allow it.
    """

    sql: str
    columns: tuple[OutputColumn, ...]
    parameters: tuple[int, ...]
    relations: frozenset[int]
    volatile: bool
    settings: tuple[tuple[str, str, bool], ...] = ()
    used: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
