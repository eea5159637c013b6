"""Casts: a row for each pair of types whose conversion is more than a change of storage, and the rules for the rest.

Refuses to choose casts (analysis did). Facts: pg_cast and the functions it names; DuckDB rounds a DOUBLE half to even
and a DECIMAL half away from zero when it casts to an integer, as Postgres does.
"""

from __future__ import annotations

from proxy.catalog.versions import NEWEST, Since
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower import binary
from proxy.sql.lower.apply import fill
from proxy.sql.lower.dimensions import depth, several
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.numerics import from_integer, to_float, to_integer, with_typmod
from proxy.sql.lower.registered import REG_TYPES
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import from_text, text_of
from proxy.sql.lower.values import Lowered, cast, fail, number_text, quote_literal
from synth.release.storage import NUMERIC

INTEGERS = {21: ("SMALLINT", "smallint"), 23: ("INTEGER", "integer"), 20: ("BIGINT", "bigint")}
FLOATS = {700: "FLOAT", 701: "DOUBLE"}
BPCHAR, VARCHAR, TEXT, CHAR, NAME, BOOL, JSON, JSONB = 1042, 1043, 25, 18, 19, 16, 114, 3802
DATE, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL, BIT, VARBIT, TIMETZ = 1082, 1083, 1114, 1184, 1186, 1560, 1562, 1266
START = 946684800000000  # 2000-01-01 in microseconds since 1970
MULTIRANGES = {3904: 4451, 3906: 4532, 3908: 4533, 3910: 4534, 3912: 4535, 3926: 4536}
# The first byte of a text, or the one that a backslash and three octal digits name.
_FIRST_BYTE = (
    r"CASE WHEN unicode({0}) <= 127 AND NOT regexp_full_match({0}, '\\[0-7][0-7][0-7]') THEN left({0}, 1) "
    f"ELSE pgf_read({{0}}, 18::UINTEGER, -1, 'UTC', {NEWEST}) END"
)
_HIGH_BYTE = r"concat('\', (256 + {0}) // 64, (256 + {0}) // 8 % 8, (256 + {0}) % 8)"  # of a signed one, in octal
_BYTE_NUMBER = "CAST({0}[2] AS INTEGER) * 64 + CAST({0}[3] AS INTEGER) * 8 + CAST({0}[4] AS INTEGER) - 256"
_RANGE = {700: "abs({0}) > 3.4028235677973366e38 AND isfinite({0})"}


def _finite(template: str) -> str:
    """An infinite moment has no time of day."""
    return f"CASE WHEN isfinite({{0}}) THEN {template} END"


PAIRS: dict[tuple[int, int], str] = {
    (23, 18): "CASE WHEN {0} NOT BETWEEN -128 AND 127 THEN " + fail("22003", '"char" out of range')
              + f" WHEN {{0}} < 0 THEN {_HIGH_BYTE}"
              + " WHEN {0} = 0 THEN '' ELSE chr({0}) END",
    **binary.CASTS,
    **{(16, target): "CASE {0} WHEN true THEN 'true' WHEN false THEN 'false' END" for target in (25, 1042, 1043)},
    (16, 23): "CAST({0} AS INTEGER)", (23, 16): "({0} <> 0)",
    (18, 23): f"CASE WHEN {{0}} = '' THEN 0 WHEN length({{0}}) > 1 THEN {_BYTE_NUMBER} ELSE CAST(unicode({{0}}) AS INTEGER) END",
    (1042, 25): "rtrim({0}, ' ')", (1042, 1043): "rtrim({0}, ' ')", (1042, 19): "left(rtrim({0}, ' '), 63)",
    **{(source, 19): "left({0}, 63)" for source in (25, 1043)}, **dict.fromkeys(((25, 18), (1042, 18), (1043, 18)), _FIRST_BYTE),
    **dict.fromkeys(MULTIRANGES.items(), "CASE {0} WHEN 'empty' THEN chr(123) || chr(125) ELSE chr(123) || {0} || chr(125) END"),
    (1082, 1114): "CAST({0} AS TIMESTAMP)", (1082, 1184): "CAST(CAST({0} AS TIMESTAMP) AS TIMESTAMPTZ)",
    (1114, 1082): "CAST({0} AS DATE)", (1114, 1083): _finite("CAST({0} AS TIME)"), (1114, 1184): "CAST({0} AS TIMESTAMPTZ)",
    (1184, 1082): "CAST(CAST({0} AS TIMESTAMP) AS DATE)", (1184, 1083): _finite("CAST(CAST({0} AS TIMESTAMP) AS TIME)"),
    (1184, 1114): "CAST({0} AS TIMESTAMP)", (1083, 1186): "to_microseconds(epoch_us({0}))",
    (1186, 1083): "CAST(TIMESTAMP '2000-01-01' + to_microseconds(CAST(date_part('hour', {0}) * 3600000000 + "
                  "date_part('minute', {0}) * 60000000 + date_part('microsecond', {0}) AS BIGINT)) AS TIME)",
    (5069, 28): "CAST(CAST({0} AS UBIGINT) & 4294967295 AS UINTEGER)",
    (1266, 1083): "CAST(pgf_timetz_time({0}) AS TIME)",
    (114, 3802): "pgf_jsonb_in({0})", (3802, 114): "{0}",
    (3802, 16): "CAST(pgf_jsonb_scalar({0}, 'boolean') AS BOOLEAN)",
    (3802, 21): "CAST(pgf_numeric_integer(pgf_jsonb_scalar({0}, 'smallint'), 'smallint') AS SMALLINT)",
    (3802, 23): "CAST(pgf_numeric_integer(pgf_jsonb_scalar({0}, 'integer'), 'integer') AS INTEGER)",
    (3802, 20): "CAST(pgf_numeric_integer(pgf_jsonb_scalar({0}, 'bigint'), 'bigint') AS BIGINT)",
    (3802, 700): "CAST(pgf_numeric_float(pgf_jsonb_scalar({0}, 'real'), 'real') AS FLOAT)",
    (3802, 701): "CAST(pgf_numeric_float(pgf_jsonb_scalar({0}, 'double precision'), 'double precision') AS DOUBLE)",
    (3802, 1700): "pgf_jsonb_scalar({0}, 'numeric')",
    (701, 700): f"CASE WHEN {_RANGE[700]} "
                f"THEN {fail('22003', 'value out of range: overflow')} WHEN CAST({{0}} AS FLOAT) = 0 AND {{0}} <> 0 "
                f"THEN {fail('22003', 'value out of range: underflow')} ELSE CAST({{0}} AS FLOAT) END",
}  # fmt: skip


def lower_cast(lowering: Lowering, expr: ir.Cast) -> Lowered:
    """Any ir.Cast."""
    if expr.method == "length":
        return _with_length(lowering, expr, lowering.expr(expr.arg))
    if (
        isinstance(expr.arg, ir.Const)
        and expr.arg.value is not None
        and expr.type == NUMERIC
        and expr.arg.type in INTEGERS
    ):
        return from_integer(lowering.expr(expr.arg), expr.arg.type, expr.arg.value)
    dimensions = depth(lowering.scope, expr.arg)
    if dimensions > 1 and expr.method not in ("relabel", "domain"):
        source, target = lowering.scope.base(expr.arg.type), lowering.scope.base(expr.type)
        if not (source.is_true_array and target.is_true_array):
            raise several(expr.position)
        return _array(lowering, lowering.expr(expr.arg), source.element, target.element, dimensions)
    value = lowering.expr(expr.arg)
    if expr.method == "domain":
        return value
    return convert(lowering, value, expr.arg.type, expr.type)


def convert(lowering: Lowering, value: Lowered, source_oid: int, target_oid: int) -> Lowered:
    """A value of one type as another, without typmods."""
    scope = lowering.scope
    source, target = scope.base(source_oid), scope.base(target_oid)
    if source.oid == target.oid:
        return value
    if (source.oid, target.oid) in PAIRS:
        template = PAIRS[source.oid, target.oid]
        if not scope.catalog.has(Since.JSON_NULL_CAST):
            template = template.replace("pgf_jsonb_scalar(", "pgf_jsonb_scalar_given(")
        return fill(scope, template, [value])
    if target.oid == TIMETZ and source.oid in (TIME, TIMESTAMPTZ):
        return _zoned_time(scope, value, source.oid)
    if NUMERIC in (source.oid, target.oid):
        found = _numeric(value, source.oid, target.oid)
        if found is not None:
            return found
    if source.oid in FLOATS and target.oid in INTEGERS:
        return _float_to_integer(lowering, value, target.oid)
    if source.is_true_array and target.is_true_array:
        return _array(lowering, value, source.element, target.element)
    if source.oid in (BPCHAR,) and scope.is_text(target.oid):
        return fill(scope, PAIRS[BPCHAR, TEXT], [value])
    if scope.is_text(target.oid):
        return text_of(scope, value, source.oid)
    if scope.is_text(source.oid):
        return from_text(scope, value, target.oid)
    return _stored_alike(lowering, value, source.oid, target.oid)


def _zoned_time(scope: Scope, value: Lowered, source: int) -> Lowered:
    """An instant's time in the session's zone; a time with the zone's offset of now."""
    zone = quote_literal(scope.env.timezone)
    if source == TIMESTAMPTZ:
        return Lowered(f"pgf_timetz_at(epoch_us({value.sql}), {zone})")
    now = f"epoch_us(TIMESTAMPTZ '{scope.env.transaction_timestamp.isoformat(sep=' ')}')"
    return Lowered(f"pgf_timetz_of(epoch_us({value.sql}), {now}, {zone})")


def _numeric(value: Lowered, source: int, target: int) -> Lowered | None:
    if target == NUMERIC:
        if source in INTEGERS:
            return from_integer(value, source)
        if source in FLOATS:
            digits = 15 if source == 701 else 6
            return Lowered(f"pgf_float_numeric(CAST({value.sql} AS DOUBLE), {digits})")
        return None
    if target in INTEGERS:
        return to_integer(value, *INTEGERS[target])
    return to_float(value, FLOATS[target]) if target in FLOATS else None


def _float_to_integer(lowering: Lowering, value: Lowered, target: int) -> Lowered:
    storage, name = INTEGERS[target]
    limit = {21: "32768", 23: "2147483648", 20: "9223372036854775808"}[target]
    wrong = fail("22003", f"{name} out of range")
    template = (f"CASE WHEN isnan({{0}}) OR round_even(CAST({{0}} AS DOUBLE), 0) >= {limit}::DOUBLE "
                f"OR round_even(CAST({{0}} AS DOUBLE), 0) < -{limit}::DOUBLE THEN {wrong} ELSE CAST({{0}} AS {storage}) END")  # fmt: skip
    return fill(lowering.scope, template, [value])


def _array(lowering: Lowering, value: Lowered, source: int, target: int, dimensions: int = 1) -> Lowered:
    """Element by element."""
    name = lowering.scope.fresh("e", value.sql)
    element = Lowered(name, simple=True)
    if dimensions > 1:
        item = _array(lowering, element, source, target, dimensions - 1).sql
    else:
        item = number_text(convert(lowering, element, source, target)).sql
    if "SELECT" in item:  # a lambda holds no subquery
        raise FeatureNotSupported(
            "looking up the names in an array is not supported by the double",
            hint="Use a literal, or look up each name.",
        )
    return value if item == name else Lowered(f"list_transform({value.sql}, lambda {name}: {item})")


def _stored_alike(lowering: Lowering, value: Lowered, source: int, target: int) -> Lowered:
    """Binary-coercible types, integers and OIDs: DuckDB's own cast, or none."""
    scope = lowering.scope
    have, want = scope.storage(source), scope.storage(target)
    row = scope.catalog.casts.get((source, target))
    is_computed = row is not None and row.method == "f" and have == want == "VARCHAR"  # as point to box
    if have == want and not is_computed:
        return value
    known = {
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UINTEGER",
        "FLOAT",
        "DOUBLE",
        "SMALLINT[]",
        "UINTEGER[]",
        "INTEGER[]",
        "BIGINT[]",
    }
    if have in known and want in known:
        if target in REG_TYPES or want == "UINTEGER":
            # an int4 is reinterpreted as an oid, so that -1 is the last one
            return Lowered(
                cast(value.sql if have != "INTEGER" else f"(CAST({value.sql} AS BIGINT) & 4294967295)", want)
            )
        return Lowered(cast(value.sql, want), simple=value.simple)
    raise FeatureNotSupported(
        f"a cast from {scope.shown_name(source)} to {scope.shown_name(target)} is not supported by the double",
        hint="Cast to text first.",
    )


def _with_length(lowering: Lowering, expr: ir.Cast, value: Lowered) -> Lowered:
    scope = lowering.scope
    row = scope.base(expr.type)
    if row.is_true_array:
        return _each_with_length(lowering, expr, value, scope.base(row.element).oid, depth(scope, expr.arg))
    return with_length(lowering, value, row.oid, expr.typmod, expr.explicit)


def _each_with_length(lowering: Lowering, expr: ir.Cast, value: Lowered, element: int, dimensions: int) -> Lowered:
    """An array's elements, whatever the number of its dimensions."""
    if dimensions == 0:
        return number_text(with_length(lowering, value, element, expr.typmod, expr.explicit))
    name = lowering.scope.fresh("e", value.sql)
    item = _each_with_length(lowering, expr, Lowered(name, simple=True), element, dimensions - 1)
    return Lowered(f"list_transform({value.sql}, lambda {name}: {item.sql})")


def with_length(lowering: Lowering, value: Lowered, oid: int, typmod: int, explicit: bool) -> Lowered:
    """A value with a type's typmod."""
    if oid == NUMERIC:
        return with_typmod(value, typmod)
    if oid in (VARCHAR, BPCHAR):
        return _characters(lowering, value, oid, typmod - 4, explicit)
    if oid in (TIMESTAMP, TIMESTAMPTZ, TIME):
        return _fraction(lowering, value, oid, typmod)
    if oid in (BIT, VARBIT):
        return Lowered(f"rpad({value.sql}, {typmod}, '0')" if oid == BIT else f"left({value.sql}, {typmod})")
    if oid == TIMETZ:
        return Lowered(f"pgf_timetz_typmod({value.sql}, {typmod})")
    if oid == INTERVAL:
        return fill(lowering.scope, f"pgf_interval_typmod({{0}}, {typmod})", [value])
    raise FeatureNotSupported(
        f"a length of type {lowering.scope.shown_name(oid)} is not supported by the double", hint="Leave it out."
    )


def _characters(lowering: Lowering, value: Lowered, oid: int, limit: int, explicit: bool) -> Lowered:
    """varchar(n) cuts, char(n) cuts and pads."""
    if explicit:
        return Lowered(f"left({value.sql}, {limit})" if oid == VARCHAR else f"rpad({value.sql}, {limit}, ' ')")
    name = "character varying" if oid == VARCHAR else "character"
    wrong = fail("22001", f"value too long for type {name}({limit})")
    shown = f"left({{0}}, {limit})" if oid == VARCHAR else f"rpad({{0}}, {limit}, ' ')"
    return fill(lowering.scope, f"CASE WHEN length(rtrim({{0}}, ' ')) > {limit} THEN {wrong} ELSE {shown} END", [value])


def _fraction(lowering: Lowering, value: Lowered, oid: int, digits: int) -> Lowered:
    """timestamp(p), timestamptz(p) and time(p): rounded to p digits of a second, halves away from 2000-01-01."""
    if digits >= 6:
        return value
    unit = 10 ** (6 - digits)
    make = {
        TIMESTAMP: "make_timestamp({})",
        TIMESTAMPTZ: "make_timestamptz({})",
        TIME: "CAST(make_timestamp({}) AS TIME)",
    }[oid]
    shifted = f"(epoch_us({{0}}) + CASE WHEN epoch_us({{0}}) < {START} THEN {unit // 2 - 1} ELSE {unit // 2} END)"
    rounded = f"({shifted} - (({shifted} % {unit}) + {unit}) % {unit})"  # % has the dividend's sign
    if oid == TIME:  # midnight at the day's end is not its start
        return fill(lowering.scope, f"CAST(pgf_time_rounded(epoch_us({{0}}), {unit}) AS TIME)", [value])
    return fill(lowering.scope, f"CASE WHEN isinf({{0}}) THEN {{0}} ELSE {make.replace('{}', rounded)} END", [value])
