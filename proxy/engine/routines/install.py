"""Our functions made known to a DuckDB instance: one table of vectorised Python functions, one list of macros.

A vectorised function maps a plain one over Arrow columns; NULL in, NULL out unless it says otherwise. Refuses to know Postgres'
names: the compiler's tables choose among these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.engine.routines import formats, jsons, numerics, texts
from proxy.engine.routines.errors import PgDomainError
from proxy.engine.routines.system import SystemFunctions, pretty_size
from proxy.pgtypes import engine_value, read_text
from proxy.pgtypes.codec import Output
from proxy.pgtypes.intervals import interval_text
from proxy.pgtypes.registry import codec_of
from proxy.pgtypes.timezones import zone

TEXT, TEXTS, INT, BIGINT, BOOL, OID = "VARCHAR", "VARCHAR[]", "INTEGER", "BIGINT", "BOOLEAN", "UINTEGER"
_ARROW = {
    TEXT: pa.string(), TEXTS: pa.list_(pa.string()), INT: pa.int32(), BIGINT: pa.int64(), BOOL: pa.bool_(), OID: pa.uint32(),
    "DOUBLE[]": pa.list_(pa.float64()), "BLOB": pa.binary(), "DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us"),
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Function:
    """name(args) -> result in DuckDB types; call works on one row. nulls: call sees NULLs itself."""

    name: str
    args: tuple[str, ...]
    result: str
    call: Callable[..., Any]
    nulls: bool = False


def _moment(micros: int, zone_name: str) -> datetime:
    moment = _EPOCH + timedelta(microseconds=micros)
    return moment.replace(tzinfo=UTC).astimezone(zone(zone_name)) if zone_name else moment


def _interval(months: int, days: int, micros: int) -> str:
    return interval_text((months, days, micros), "postgres")


def _float_text(oid: int) -> Callable[[float], str]:
    codec, output = codec_of(oid, None), Output()
    return lambda number: codec.text(number, output)


def _read(catalog: Catalog) -> Callable[[int, str], str]:
    def read(oid: int, text: str) -> str:
        try:
            value = engine_value(catalog.types[oid], read_text(oid, text, catalog), catalog)
        except PgError as error:
            raise PgDomainError(error.sqlstate, error.message) from error
        if not isinstance(value, str):
            raise PgDomainError("0A000", "this conversion from text is not supported by the double")
        return value

    return read


def _read_array(catalog: Catalog) -> Callable[[int, str], list[Any]]:
    def read(oid: int, text: str) -> list[Any]:
        try:
            value = engine_value(catalog.types[oid], read_text(oid, text, catalog), catalog)
        except PgError as error:
            raise PgDomainError(error.sqlstate, error.message) from error
        if not isinstance(value, list) or any(isinstance(item, list) for item in value):
            raise PgDomainError("0A000", "nested arrays from text are not supported by the double")
        return value

    return read


def functions(system: SystemFunctions) -> tuple[Function, ...]:
    """Every function of an instance."""
    catalog = system.catalog
    binary = [
        (name, getattr(numerics, name))
        for name in ("add", "subtract", "multiply", "divide", "modulo", "whole_quotient")
    ]
    unary = [
        (name, getattr(numerics, name))
        for name in ("negate", "ceiling", "floor", "absolute", "sign", "square_root", "sort_key")
    ]
    json_text = [(name, getattr(jsons, name)) for name in ("typeof", "strip_nulls", "pretty", "string")]
    return (
        *(Function(f"pgd_num_{name}", (TEXT, TEXT), TEXT, call) for name, call in binary),
        *(Function(f"pgd_num_{name}", (TEXT,), TEXT, call) for name, call in unary),
        Function("pgd_num_round", (TEXT, INT), TEXT, numerics.round_to),
        Function("pgd_num_trunc", (TEXT, INT), TEXT, numerics.truncate),
        Function("pgd_num_sum", (TEXTS,), TEXT, _sum),
        Function("pgd_num_deviation", (BIGINT, TEXT, TEXT, TEXT), TEXT, numerics.deviation),
        *(Function(f"pgd_f8_{kind}", ("DOUBLE[]", "DOUBLE[]"), "DOUBLE", _paired(kind)) for kind in PAIRED),
        Function("pgd_num_in", (TEXT,), TEXT, lambda text: _read(catalog)(1700, text)),
        Function("pgd_f8_text", ("DOUBLE",), TEXT, _float_text(701)),
        Function("pgd_f4_text", ("DOUBLE",), TEXT, _float_text(700)),
        Function("pgd_read", (INT, TEXT), TEXT, _read(catalog)),
        Function("pgd_read_array", (INT, TEXT), TEXTS, _read_array(catalog)),
        Function("pgd_interval_text", (INT, INT, BIGINT), TEXT, _interval),
        Function("pgd_array_text", (TEXTS,), TEXT, texts.array_text),
        Function("pgd_row_text", (TEXTS,), TEXT, texts.row_text),
        Function("pgd_initcap", (TEXT,), TEXT, texts.initcap),
        Function("pgd_quote_ident", (TEXT,), TEXT, texts.quote_name),
        Function("pgd_quote_literal", (TEXT,), TEXT, texts.quote_literal),
        Function("pgd_format", (TEXT, TEXTS), TEXT, texts.format_text),
        Function("pgd_like_escape", (TEXT, TEXT), TEXT, texts.like_escape),
        Function("pgd_similar", (TEXT, TEXT), TEXT, texts.similar_pattern),
        Function("pgd_regex", (TEXT, TEXT), TEXT, texts.regex_pattern),
        Function("pgd_replacement", (TEXT,), TEXT, texts.replacement),
        Function("pgd_encode", ("BLOB", TEXT), TEXT, texts.encode),
        Function("pgd_decode", (TEXT, TEXT), "BLOB", texts.decode),
        Function(
            "pgd_to_char_time", (BIGINT, TEXT, TEXT), TEXT, lambda us, z, p: formats.format_timestamp(_moment(us, z), p)
        ),
        Function("pgd_to_char_num", (TEXT, TEXT), TEXT, formats.format_number),
        Function("pgd_to_number", (TEXT, TEXT), TEXT, formats.parse_number),
        Function("pgd_to_timestamp", (TEXT, TEXT), "TIMESTAMP", formats.parse_timestamp),
        *(Function(f"pgd_json_{name}", (TEXT,), TEXT, call) for name, call in json_text),
        Function("pgd_json_get", (TEXT, TEXT), TEXT, jsons.get),
        Function("pgd_json_get_text", (TEXT, TEXT), TEXT, jsons.get_text),
        Function("pgd_json_at", (TEXT, INT), TEXT, jsons.get),
        Function("pgd_json_at_text", (TEXT, INT), TEXT, jsons.get_text),
        Function("pgd_json_path", (TEXT, TEXTS), TEXT, jsons.get_path),
        Function("pgd_json_path_text", (TEXT, TEXTS), TEXT, jsons.get_path_text),
        Function("pgd_json_exists", (TEXT, TEXT), BOOL, jsons.exists),
        Function("pgd_json_exists_any", (TEXT, TEXTS), BOOL, jsons.exists_any),
        Function("pgd_json_exists_all", (TEXT, TEXTS), BOOL, jsons.exists_all),
        Function("pgd_json_contains", (TEXT, TEXT), BOOL, jsons.contains),
        Function("pgd_json_concat", (TEXT, TEXT), TEXT, jsons.concat),
        Function("pgd_json_delete", (TEXT, TEXT), TEXT, jsons.delete),
        Function("pgd_json_delete_at", (TEXT, INT), TEXT, jsons.delete),
        Function("pgd_json_length", (TEXT,), INT, jsons.array_length),
        Function("pgd_json_elements", (TEXT,), TEXTS, jsons.elements),
        Function("pgd_json_element_texts", (TEXT,), TEXTS, jsons.element_texts),
        Function("pgd_json_keys", (TEXT,), TEXTS, jsons.keys),
        Function("pgd_json_values", (TEXT,), TEXTS, jsons.values),
        Function("pgd_json_value_texts", (TEXT,), TEXTS, jsons.value_texts),
        Function("pgd_jsonb_array", (TEXTS,), TEXT, jsons.array_of),
        Function("pgd_jsonb_object", (TEXTS, TEXTS), TEXT, jsons.object_of),
        Function("pgd_json_array", (TEXTS,), TEXT, jsons.json_array_of),
        Function("pgd_json_object", (TEXTS, TEXTS), TEXT, jsons.json_object_of),
        Function("pgd_def", (INT, TEXT, OID, INT, BOOL), TEXT, system.definition),
        Function("pgd_format_type", (INT, OID, INT, TEXT), TEXT, system.type_name, nulls=True),
        Function("pgd_reg_text", (INT, OID, OID, TEXT), TEXT, system.registered),
        Function("pgd_to_reg", (INT, OID, TEXT, TEXT), OID, system.lookup),
        Function("pgd_is_visible", (INT, TEXT, OID, TEXT), BOOL, system.is_visible),
        Function("pgd_description", (INT, OID, OID, INT), TEXT, system.description),
        Function("pgd_may", (INT, TEXT, TEXT, TEXT, TEXT, TEXT), BOOL, system.may),
        Function("pgd_size", (INT, OID), BIGINT, system.size),
        Function("pgd_size_pretty", (BIGINT,), TEXT, pretty_size),
        Function("pgd_user_name", (OID,), TEXT, system.user_name),
    )


PAIRED = ("corr", "regr_slope", "covar_pop", "covar_samp")


def _paired(kind: str) -> Callable[[list[float | None], list[float | None]], float | None]:
    return lambda left, right: numerics.paired(left, right, kind)


def _sum(items: Sequence[str | None]) -> str | None:
    found: str | None = None
    for item in items:
        if item is not None:
            found = item if found is None else numerics.add(found, item)
    return found


MACROS = (
    "pgd_interval(i) AS CASE WHEN i IS NULL THEN NULL ELSE struct_pack("
    "months := CAST(date_part('year', i) * 12 + date_part('month', i) AS INTEGER), days := CAST(date_part('day', i) AS INTEGER), "
    "micros := CAST(date_part('hour', i) * 3600000000 + date_part('minute', i) * 60000000 + date_part('microsecond', i) AS BIGINT)) END",
    "pgd_any(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, true) THEN true "
    "WHEN len(list_filter(l, lambda e: e IS NULL)) > 0 THEN NULL ELSE false END",
    "pgd_all(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, false) THEN false "
    "WHEN len(list_filter(l, lambda e: e IS NULL)) > 0 THEN NULL ELSE true END",
    "pgd_substr(s, a) AS substring(s, greatest(a, 1))",
    "pgd_substr3(s, a, n) AS CASE WHEN n < 0 THEN error('PGERR|22011|negative substring length not allowed') "
    "ELSE substring(s, CAST(greatest(a, 1) AS BIGINT), "
    "greatest(CAST(a AS BIGINT) + CAST(n AS BIGINT) - CAST(greatest(a, 1) AS BIGINT), 0)) END",
    "pgd_raise(code, message) AS error('PGERR|' || code || '|' || message)",
)


def install(connection: duckdb.DuckDBPyConnection, system: SystemFunctions) -> None:
    """Register every function and macro; before the configuration is locked."""
    for function in functions(system):
        connection.create_function(  # type: ignore[call-overload]
            function.name, _vectorised(function), [duckdb.type(arg) for arg in function.args], duckdb.type(function.result),
            type="arrow", null_handling="special",
        )  # fmt: skip
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")


def _vectorised(function: Function) -> Callable[..., pa.Array]:
    kind, call, nulls = _ARROW[function.result], function.call, function.nulls

    def run(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns))
        if nulls:
            return pa.array([call(*row) for row in rows], kind)
        return pa.array([None if None in row else call(*row) for row in rows], kind)

    return _ARITIES[len(function.args)](run)


# DuckDB counts the parameters of what it is given.
_ARITIES: dict[int, Callable[[Callable[..., pa.Array]], Callable[..., pa.Array]]] = {
    1: lambda run: lambda a: run(a),
    2: lambda run: lambda a, b: run(a, b),
    3: lambda run: lambda a, b, c: run(a, b, c),
    4: lambda run: lambda a, b, c, d: run(a, b, c, d),
    5: lambda run: lambda a, b, c, d, e: run(a, b, c, d, e),
    6: lambda run: lambda a, b, c, d, e, f: run(a, b, c, d, e, f),
}
