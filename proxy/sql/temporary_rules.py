"""What the constraints of a temporary table ask of its rows, as queries in Postgres' own words, and the errors that they end in.

The compiler that serves clients compiles them, so that equality, casts and conditions mean what they mean everywhere. Refuses to know
DuckDB. Facts: src/backend/executor/execMain.c (ExecConstraints, ExecBuildSlotValueDescription) and
src/backend/access/nbtree/nbtinsert.c for messages and details.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from policies.errors import PgError
from proxy.catalog.model import ColumnRow
from proxy.sql.analyse.types import BPCHAR
from proxy.sql.analyse.types import quote as quote_ident
from proxy.sql.temporary import ALIAS, ROW_NAME, STAGED_SCHEMA, Index, TempTable

SHOWN_MAX = 64  # characters of a value in a message
Texts = Sequence[str | None]


class NotNullViolation(PgError):
    """not_null_violation."""

    sqlstate = "23502"


class CheckViolation(PgError):
    """check_violation."""

    sqlstate = "23514"


class UniqueViolation(PgError):
    """unique_violation."""

    sqlstate = "23505"


@dataclass(frozen=True, slots=True)
class Rule:
    """sql: gives no row, or the texts of one that breaks the rule; error: what it says of it."""

    sql: str
    error: Callable[[Texts], PgError]


def row_rule(table: TempTable) -> Rule | None:
    """NOT NULL and CHECK, of the staged rows; the first number it gives says which was broken."""
    columns = [column.row for column in table.columns]
    missing = [column.name for column in columns if column.not_null]
    checks = sorted(table.checks, key=lambda check: check.name)
    if not missing and not checks:
        return None
    broken = [f"{quote(name)} IS NULL" for name in missing] + [f"({check.text}) IS FALSE" for check in checks]
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(broken))
    texts = ", ".join(_text(column) for column in columns)
    source = f"{quote(STAGED_SCHEMA)}.{quote(table.name)}"
    sql = f"SELECT CASE {cases} END::text, {texts} FROM {source} WHERE {' OR '.join(broken)} LIMIT 1"
    return Rule(sql, partial(_row_error, table.name, tuple(missing), tuple(check.name for check in checks)))


def unique_rule(table: TempTable, index: Index, *, built: bool = False) -> Rule:
    """A unique key, of all rows that have a key of the staged ones. built: of all rows, for an index that is made."""
    rows = {column.row.name: column.row for column in table.columns}
    keys = [f"t.{quote(name)}" for name in key_names(table, index)]
    texts = ", ".join(_text(rows[name], "t.") for name in key_names(table, index))
    staged = ", ".join(f"w.{quote(name)}" for name in key_names(table, index))
    place = f"{quote(STAGED_SCHEMA)}.{quote(table.name)}"
    named = f" AND ({', '.join(keys)}) IN (SELECT {staged} FROM {place} AS w)" if not built else ""
    present = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    sql = (
        f"SELECT {texts} FROM {ALIAS}.{quote(table.name)} AS t "
        f"WHERE {present}{named} GROUP BY {', '.join(keys)} HAVING count(*) > 1 LIMIT 1"
    )
    return Rule(sql, partial(_unique_error, index.name, tuple(key_names(table, index)), built))


def _text(column: ColumnRow, alias: str = "") -> str:
    """A value as its type prints it: a cast of char(n) to text loses the blanks."""
    text = f"{alias}{quote(column.name)}::text"
    return f"rpad({text}, {column.typmod - 4})" if column.type_oid == BPCHAR and column.typmod > 4 else text


def kept_rows(table: TempTable, columns: Sequence[int]) -> str:
    """The staged rows whose key is in the table no more than in a staged row before them: a query of their places."""
    names = [quote(column.row.name) for column in table.columns if column.row.attnum in columns]
    place = f"{quote(STAGED_SCHEMA)}.{quote(table.name)}"
    same = " AND ".join(f"t.{name} = w.{name}" for name in names)
    present = " OR ".join(f"s.{name} IS NULL" for name in names)
    partition = ", ".join(f"w.{name}" for name in names)
    return (
        f"SELECT s.place FROM (SELECT w.{quote(ROW_NAME)} AS place, {partition}, "
        f"row_number() OVER (PARTITION BY {partition} ORDER BY w.{quote(ROW_NAME)}) AS number FROM {place} AS w "
        f"WHERE NOT EXISTS (SELECT 1 FROM {ALIAS}.{quote(table.name)} AS t WHERE {same})) AS s "
        f"WHERE s.number = 1 OR {present}"
    )


def key_names(table: TempTable, index: Index) -> list[str]:
    """The names of an index's columns in its order."""
    names = {column.row.attnum: column.row.name for column in table.columns}
    return [names[number] for number in index.columns]


def quote(name: str) -> str:
    """A name that is one whatever words the grammar keeps for itself."""
    return '"' + name.replace('"', '""') + '"'


def _row_error(table: str, missing: tuple[str, ...], checks: tuple[str, ...], texts: Texts) -> PgError:
    number = int(texts[0] or 0)
    detail = f"Failing row contains ({', '.join(_shown(text) for text in texts[1:])})."
    if number < len(missing):
        return NotNullViolation(
            f'null value in column "{missing[number]}" of relation "{table}" violates not-null constraint',
            detail=detail,
        )
    name = checks[number - len(missing)]
    return CheckViolation(f'new row for relation "{table}" violates check constraint "{name}"', detail=detail)


def _unique_error(index: str, names: tuple[str, ...], built: bool, texts: Texts) -> PgError:
    key = f"Key ({', '.join(quote_ident(name) for name in names)})=({', '.join(text or '' for text in texts)})"
    if built:
        return UniqueViolation(f'could not create unique index "{index}"', detail=f"{key} is duplicated.")
    return UniqueViolation(f'duplicate key value violates unique constraint "{index}"', detail=f"{key} already exists.")


def _shown(text: str | None) -> str:
    if text is None:
        return "null"
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."
