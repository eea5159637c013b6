"""What lowering an expression gives: DuckDB SQL plus what the next step up must know of it.

Holds the numeric representation (a DECIMAL of known scale, else canonical text) and rows still in fields. Refuses to know types of
the catalog and functions. Facts: DuckDB's DECIMAL holds at most 38 digits; a numeric's digits shown are part of its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from proxy.engine.functions.errors import marked
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql.ir import RowColumn

MAX_DIGITS = 38
SQL_LIMIT = 4_000_000
SHOWN_LIMIT = 2_000
SMALL = 1_000


@dataclass(frozen=True, slots=True)
class Fixed:
    """A numeric held as DECIMAL(precision, scale).

    shown: SQL (INTEGER) for the digits after the point that Postgres would print, '' where it is always `scale`. bound: digits that
    its values have at most, where they are known to have fewer than `precision`; 0 elsewhere. It is no part of the representation.
    """

    precision: int
    scale: int
    shown: str = ""
    bound: int = field(default=0, compare=False)

    @property
    def whole(self) -> int:
        """Digits before the point that the type has room for."""
        return self.precision - self.scale

    @property
    def digits(self) -> int:
        """Digits that a value has at most."""
        return self.bound or self.precision

    @property
    def duckdb_type(self) -> str:
        """DECIMAL(p,s)."""
        return f"DECIMAL({self.precision},{self.scale})"


@dataclass(frozen=True, slots=True)
class Lowered:
    """An expression in DuckDB. sql is self-contained: an atom, a call or parenthesised.

    simple: may be written twice without harm (column, constant, parameter). fixed: set where a numeric is a DECIMAL;
    a numeric without it is canonical text. fields: a row whose columns are still apart; sql is then its text form, and found tells (SQL)
    whether the row is not NULL as a whole, '' where it never is. row: the columns of a record, or of an array's records, that is text
    already. digits: of an integer, at most; 0 where its type alone says. query: the text and the column's name of a subquery that gives
    one value. bare: what sql hides from the engine's statistics (`failing.computed`), '' where it hides nothing.
    """

    sql: str
    simple: bool = False
    fixed: Fixed | None = None
    fields: tuple[RowField, ...] | None = None
    found: str = ""
    literal: str | None = None
    row: tuple[RowColumn, ...] | None = None
    digits: int = 0
    query: tuple[str, str] | None = None
    bare: str = ""

    def __post_init__(self) -> None:
        if len(self.sql) > SQL_LIMIT:
            raise StatementTooComplex("statement too complex", hint="Split the statement into smaller ones.")

    @property
    def columns(self) -> tuple[RowColumn, ...] | None:
        """Of a row, wherever its columns are; None where they are not known."""
        return self.row if self.fields is None else tuple(field.column for field in self.fields)

    @property
    def is_there(self) -> str:
        """SQL (BOOLEAN) of whether a row is not NULL as a whole, '' where it never is."""
        return self.found if self.fields is not None else f"{self.sql} IS NOT NULL"

    def if_there(self, sql: str) -> str:
        """What is made of a row's columns, NULL where there is no row."""
        return f"CASE WHEN {self.is_there} THEN {sql} END" if self.is_there else sql

    def named(self, sql: str) -> Lowered:
        """The same value where it has a name; a row is its text there."""
        return Lowered(sql, simple=True, fixed=self.fixed, row=self.columns)


@dataclass(frozen=True, slots=True)
class RowField:
    """A field of a row: name, type, the value, and what it is ordered by."""

    name: str
    type: int
    typmod: int
    value: Lowered
    collation: int = 0

    @property
    def column(self) -> RowColumn:
        """Without the value."""
        return RowColumn(self.name, self.type, self.typmod, self.value.columns)


class StatementTooComplex(FeatureNotSupported):
    """statement_too_complex: the printed SQL would be longer than the engine should read."""

    sqlstate = "54001"


def quote_literal(text: str) -> str:
    """A DuckDB string literal; NUL cannot occur in Postgres' text."""
    return "'" + text.replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """A DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def member(struct: str, name: str) -> str:
    """A field of what a lambda is given. DuckDB takes `struct.name` for a column in HAVING."""
    return f"struct_extract({struct}, '{name}')"


def cast(sql: str, duckdb_type: str) -> str:
    """CAST(sql AS type)."""
    return f"CAST({sql} AS {duckdb_type})"


_RAISED = "error('PGERR|"


def at_least(number: str, low: int) -> str:
    """The number, or `low` where it is less; NULL for NULL, which DuckDB's greatest passes over."""
    return f"CASE WHEN {number} < {low} THEN {low} ELSE {number} END"


def fail(sqlstate: str, message: str, detail: str = "", hint: str = "") -> str:
    """SQL that raises this error when it is evaluated (see proxy/engine/functions/errors.py)."""
    return "error(" + quote_literal(marked(sqlstate, message, detail, hint)) + ")"


def steady(sql: str) -> str:
    """An expression for where DuckDB takes nothing volatile, as it thinks `error` is. No literal can hold what is replaced: quotation
    marks are doubled in them."""
    return sql.replace(_RAISED, _RAISED.replace("error", "pgf_fail", 1))


def room_for(size: str, argument: str, message: str = "requested length too large") -> str:
    """SQL of the argument that makes a value large: itself where the batch has room for `size` bytes (SQL, BIGINT), else an error.

    The check stands around the argument, not around the call: the engine computes a call over constants before it asks a CASE.
    """
    return f"CASE WHEN {size} <= {SMALL} THEN {argument} WHEN pgf_has_room({size}, {quote_literal(message)}) THEN {argument} END"


def number_text(value: Lowered) -> Lowered:
    """A numeric as canonical text."""
    fixed = value.fixed
    if fixed is None:
        return value
    if value.literal is not None:
        return Lowered(cast(quote_literal(value.literal), "VARCHAR"), simple=True, literal=value.literal)
    if fixed.shown:
        return Lowered(f"pgf_numeric_show({_plain(value.sql, fixed)}, {fixed.shown})")
    return Lowered(_plain(value.sql, fixed), simple=value.simple)


def _plain(sql: str, fixed: Fixed) -> str:
    """DuckDB prints DECIMAL(p,p) without the zero before the point."""
    if fixed.whole:
        return cast(sql, "VARCHAR")
    if fixed.precision < MAX_DIGITS:
        return cast(cast(sql, f"DECIMAL({fixed.precision + 1},{fixed.scale})"), "VARCHAR")
    return f"pgf_numeric_in({cast(sql, 'VARCHAR')})"


def rescaled(value: Lowered, precision: int, scale: int) -> str:
    """SQL of a fixed numeric as DECIMAL(precision, scale)."""
    assert value.fixed is not None
    if (value.fixed.precision, value.fixed.scale) == (precision, scale):
        return value.sql
    return cast(value.sql, f"DECIMAL({precision},{scale})")


def common_fixed(values: Sequence[Fixed]) -> tuple[int, int] | None:
    """The smallest (precision, scale) that holds them all, None beyond 38 digits."""
    scale = max(fixed.scale for fixed in values)
    precision = max(fixed.whole for fixed in values) + scale
    return (precision, scale) if precision <= MAX_DIGITS else None


def shown_of(fixed: Fixed) -> str:
    """SQL of the digits shown."""
    return fixed.shown or str(fixed.scale)


def merged_shown(values: Sequence[Fixed]) -> str | None:
    """Digits shown of a sum: the most of any; '' where fixed, None where the text grew out of hand."""
    if not any(fixed.shown for fixed in values):
        return ""
    shown = f"greatest({', '.join(dict.fromkeys(shown_of(fixed) for fixed in values))})"
    return shown if len(shown) <= SHOWN_LIMIT else None


def unfixed(value: Lowered) -> Lowered:
    """A value as it leaves a query: fixed scale or text, never a scale that varies."""
    if value.fixed is not None and value.fixed.shown:
        return number_text(value)
    return replace(value, literal=None) if value.literal is not None else value
