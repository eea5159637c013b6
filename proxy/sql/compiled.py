"""What compiling a query statement gives to the session. Holds text and types; knows neither trees nor connections."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.sql.ir import OutputColumn
from proxy.sql.temporary import TempTable
from proxy.sql.temporary_rules import Rule


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule of a temporary table, its query in DuckDB's words. $1 is the moment at which the table is read, where `used` says so."""

    sql: str
    used: tuple[int, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class CompiledWrite:
    """What a statement does to a temporary table. kind, table: as in ir.Write.

    sql: gives the rows to stage, under the names of their columns in the table; used: the parameters it mentions. filled: names of the
    columns that rows of the table get. definition: of a table to be made. rules, unique: what the staged rows and then the table's must
    hold to; kept: queries of the staged rows that stay, by their place. at_once: nothing has to be looked at, so that rows need no
    staging. few: of so many rows that what they take is told by each of them.
    """

    kind: str
    table: int
    sql: str
    used: tuple[int, ...]
    filled: tuple[str, ...]
    definition: TempTable | None = None
    rules: tuple[CompiledRule, ...] = ()
    unique: tuple[CompiledRule, ...] = ()
    kept: tuple[tuple[str, tuple[int, ...]], ...] = ()
    at_once: bool = False
    few: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """sql: DuckDB SQL with $1..$n. columns: RowDescription. parameters: their PG type OIDs.

    DuckDB's result has exactly these columns in this order, in their storage types (synth.release.storage), except:
    interval is STRUCT(months INTEGER, days INTEGER, micros BIGINT); numeric is any DECIMAL or canonical text (VARCHAR).
    relations: what the statement reads. settings: (name, value, local) that running it sets, by set_config. used: the parameters
    that sql mentions; one beyond the last of them is the moment at which temporary tables are read. volatile: its answer is not a
    function of the statement and its parameters. rules: the grants that allow it. temporary: it reads or writes temporary tables.
    write: what comes before the rows, which are RETURNING's then; sql is '' where there is none. few: where it gives a handful of rows
    of scalars, the base types of its columns, those of enums text. checks: queries of constants, whose errors are the statement's even
    where no row is; they are the same each time. lookup: as in proxy.sql.lookup.
    """

    sql: str
    columns: tuple[OutputColumn, ...]
    parameters: tuple[int, ...]
    relations: frozenset[int]
    volatile: bool
    settings: tuple[tuple[str, str, bool], ...] = ()
    used: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    temporary: bool = False
    write: CompiledWrite | None = None
    few: tuple[int, ...] = ()
    checks: tuple[str, ...] = ()
    lookup: bool = False
