"""How a Python function of single values becomes a vectorised function of DuckDB.

Holds the registry and the lifting: NULL handling, memory of repeated arguments inside a batch, Postgres' errors carried through DuckDB.
Refuses to know any function. Fact: DuckDB folds a call over constants to one evaluation, and passes Arrow arrays otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from policies.errors import PgError
from proxy.engine.functions.errors import PgDomainError

# Bytes that one function may make for the rows of one batch (2,048 rows or fewer): the engine's own limit does not see them.
ROOM = 1 << 26

INTERVAL = pa.month_day_nano_interval()
ARROW = {
    "VARCHAR": pa.string(), "BOOLEAN": pa.bool_(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "UINTEGER": pa.uint32(), "DOUBLE": pa.float64(), "BLOB": pa.binary(), "INTERVAL": INTERVAL,
    "VARCHAR[]": pa.list_(pa.string()), "DOUBLE[]": pa.list_(pa.float64()),
    "INTEGER[]": pa.list_(pa.int32()), "BIGINT[]": pa.list_(pa.int64()),
    "BOOLEAN[]": pa.list_(pa.bool_()), "VARCHAR[][]": pa.list_(pa.list_(pa.string())),
}  # fmt: skip
PAIRS = "STRUCT(k VARCHAR, v VARCHAR)[]"
NULL = '"NULL"'  # fits wherever a value of any type does
ARROW[NULL] = pa.null()
ARROW[PAIRS] = pa.list_(pa.struct([("k", pa.string()), ("v", pa.string())]))
Row = Callable[..., Any]
AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class Function:
    """name as SQL calls it; row: values -> value. strict: NULL in, NULL out, without a call. whole: row takes and gives columns."""

    name: str
    parameters: tuple[str, ...]
    result: str
    row: Row
    strict: bool
    whole: bool


REGISTRY: dict[str, Function] = {}


def function(
    parameters: str, result: str, *, strict: bool = True, name: str = "", whole: bool = False
) -> Callable[[AnyRow], AnyRow]:
    """Register `pgf_<name of the Python function>`. parameters: DuckDB types, blank-separated."""

    def register(row: AnyRow) -> AnyRow:
        full = f"pgf_{name or row.__name__}"
        assert full not in REGISTRY, full
        REGISTRY[full] = Function(full, tuple(parameters.split()), result, row, strict, whole)
        return row

    return register


def install_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every registered function in the instance."""
    for one in REGISTRY.values():
        connection.create_function(
            one.name, _lifted(one), list(one.parameters), one.result, type="arrow", null_handling="special"
        )  # type: ignore[call-overload]  # duckdb's stubs know type objects only; it takes names as well


def _lifted(one: Function) -> Callable[..., pa.Array]:
    kind = ARROW[one.result]
    row, strict = one.row, one.strict

    def batch(*columns: pa.ChunkedArray) -> pa.Array:
        if one.whole:
            return pa.array(row(*(_values(column) for column in columns)), kind)
        known: dict[Any, Any] = {}
        out: list[Any] = []
        room = ROOM
        for args in zip(*(_values(column) for column in columns)):
            if strict and None in args:
                out.append(None)
                continue
            try:
                if args not in known:
                    known[args] = row(*args)
            except PgError as error:
                raise PgDomainError(error.sqlstate, error.message, error.detail, error.hint) from None
            out.append(known[args])
            room -= _size(known[args])
            if room < 0:
                raise too_large()
        return pa.array(out, kind)

    # DuckDB counts parameters by the signature and takes *columns for one
    batch.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(f"p{at}", Parameter.POSITIONAL_OR_KEYWORD) for at in range(len(one.parameters))]
    )
    return batch


def too_large() -> PgDomainError:
    """What Postgres says of a text longer than it can hold; the double holds less."""
    return PgDomainError("54000", "requested length too large")


def _size(value: Any) -> int:
    """Bytes of a value, roughly; a scalar takes none that would count."""
    if isinstance(value, str | bytes):
        return len(value)
    return sum(8 + _size(item) for item in value) if isinstance(value, list | tuple) else 0


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Hashable Python values; an interval is (months, days, micros)."""
    if column.type == INTERVAL:
        return [None if v is None else (v.months, v.days, v.nanoseconds // 1000) for v in column.to_pylist()]
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return [_frozen(value) for value in column.to_pylist()]
    found: list[Any] = column.to_pylist()
    return found


def _frozen(value: Any) -> Any:
    if isinstance(value, pa.MonthDayNano):
        return value.months, value.days, value.nanoseconds // 1000
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple(value.values())
    return value


def interval(months: int, days: int, micros: int) -> pa.MonthDayNano:
    """An interval as Arrow takes it, which counts nanoseconds. Raises PgDomainError where a part overflows, also Arrow's."""
    if not (-(2**31) <= months < 2**31 and -(2**31) <= days < 2**31 and -(2**63) <= micros < 2**63):
        raise PgDomainError("22008", "interval out of range")
    if not -(2**63) <= micros * 1000 < 2**63:
        hint = "Count what is longer in days or months."
        raise PgDomainError(
            "0A000", "intervals of more than 292 years of hours are not supported by the double", hint=hint
        )
    return pa.MonthDayNano((months, days, micros * 1000))
