"""Casts: between stored forms, through text, and to a typmod; and any value as the text its type's output function gives.

Facts: pg_cast's functions; which of DuckDB's casts round and read as Postgres does was measured.
"""

from __future__ import annotations

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.lower.emitter import Emitter, typmod_shape
from proxy.sql.lower.value import MAX_DIGITS, Sql, cast, decimal_type, numeric_text

_INT_SHAPES = {t.INT2: (5, 0), t.INT4: (10, 0), t.INT8: (19, 0)}
_INT_KINDS = {t.INT2: "SMALLINT", t.INT4: "INTEGER", t.INT8: "BIGINT"}
_TEXTS = frozenset({t.TEXT, t.VARCHAR, t.NAME, t.CHAR, t.BPCHAR, t.UNKNOWN, t.CSTRING})
_DATETIMES = {
    t.DATE: "DATE",
    t.TIMESTAMP: "TIMESTAMP",
    t.TIMESTAMPTZ: "TIMESTAMPTZ",
    t.TIME: "TIME",
    t.INTERVAL: "INTERVAL",
}


def emit_cast(emitter: Emitter, node: ir.Cast) -> Sql:
    """A conversion, by its method."""
    source, target = emitter.base(node.arg.type), emitter.base(node.type)
    value = emitter.expr(node.arg)
    if node.method == "length":
        return _length(emitter, value, target, node.typmod, node.explicit, node.position)
    if node.method == "domain":
        return value
    if node.method == "relabel":
        return _relabel(emitter, value, source, target, node.position)
    if node.method == "array":
        return _array(emitter, value, node, source, target)
    if node.method == "row":
        return value
    return convert(emitter, value, source, target, node.position, node.explicit)


def _relabel(emitter: Emitter, value: Sql, source: int, target: int, position: int) -> Sql:
    if source == t.BPCHAR and target in (t.TEXT, t.VARCHAR):
        return Sql(f"rtrim({value.text}, ' ')")
    if source == target or emitter.storage(source) == emitter.storage(target):
        return value
    return Sql(cast(value.text, emitter.storage(target)), literal=value.literal)


def _array(emitter: Emitter, value: Sql, node: ir.Cast, source: int, target: int) -> Sql:
    name = emitter.variable()
    from_element, to_element = emitter.element(source), emitter.element(target)
    inner = convert(emitter, Sql(name), from_element, to_element, node.position, node.explicit)
    text = numeric_text(inner) if to_element == t.NUMERIC else inner.text
    return Sql(f"list_transform({value.text}, lambda {name}: {text})")


def convert(emitter: Emitter, value: Sql, source: int, target: int, position: int = -1, explicit: bool = True) -> Sql:
    """A value of base type source as base type target."""
    if source == target:
        return value
    if target == t.NUMERIC:
        return _to_numeric(emitter, value, source, position)
    if source == t.NUMERIC:
        return _from_numeric(emitter, value, target, position)
    if target in _TEXTS:
        return _to_text(emitter, value, source, target, position)
    if source in _TEXTS:
        return _from_text(emitter, value, target, position)
    if source in (t.FLOAT4, t.FLOAT8) and target in _INT_KINDS:
        return Sql(cast(f"round_even({value.text}, 0)", _INT_KINDS[target]))
    if source == t.BOOL and target in _INT_KINDS or source in _INT_KINDS and target == t.BOOL:
        return Sql(cast(value.text, emitter.storage(target)))
    if source in _DATETIMES and target in _DATETIMES:
        return _datetime(value, source, target)
    if {source, target} <= {114, 3802}:
        return Sql(f"pgd_read(3802, {value.text})") if target == 3802 else value
    if emitter.storage(source) == emitter.storage(target):
        return value
    numbers = {t.INT2, t.INT4, t.INT8, t.FLOAT4, t.FLOAT8, t.OID, *t.REG_TYPES, 28}
    if source in numbers and target in numbers:
        return Sql(cast(value.text, emitter.storage(target)), literal=value.literal)
    raise emitter.unsupported(
        f"the cast from {emitter.catalog.types[source].name} to {emitter.catalog.types[target].name}", position
    )


def _datetime(value: Sql, source: int, target: int) -> Sql:
    if (source, target) == (t.INTERVAL, t.TIME):
        return Sql(f"(CAST('00:00:00' AS TIME) + {value.text})")
    if (source, target) == (t.TIME, t.INTERVAL):
        return Sql(f"to_microseconds(epoch_us({value.text}))")
    return Sql(cast(value.text, _DATETIMES[target]))


def _to_numeric(emitter: Emitter, value: Sql, source: int, position: int) -> Sql:
    if source in _INT_SHAPES:
        shape = _INT_SHAPES[source]
        if value.literal is not None:
            shape = (max(len(value.literal.lstrip("-")), 1), 0)
        return Sql(cast(value.text, decimal_type(shape)), shape, value.literal)
    if source == t.FLOAT8:
        return Sql(f"pgd_num_in(printf('%.15g', {value.text}))")
    if source == t.FLOAT4:
        return Sql(f"pgd_num_in(printf('%.6g', CAST({value.text} AS DOUBLE)))")
    if source in _TEXTS:
        return Sql(f"pgd_num_in({value.text})")
    if source == 3802:
        return Sql(f"pgd_num_in({value.text})")
    raise emitter.unsupported(f"the cast from {emitter.catalog.types[source].name} to numeric", position)


def _from_numeric(emitter: Emitter, value: Sql, target: int, position: int) -> Sql:
    if target in _INT_KINDS:
        if value.decimal is not None:
            return Sql(cast(value.text, _INT_KINDS[target]), literal=value.literal if value.decimal[1] == 0 else None)
        return Sql(cast(f"pgd_num_round({value.text}, 0)", _INT_KINDS[target]))
    if target in (t.FLOAT4, t.FLOAT8):
        # Through text: the nearest double of the decimal digits, as Postgres has it; DuckDB's own cast may be one bit off.
        return Sql(cast(numeric_text(value), emitter.storage(target)))
    if target in _TEXTS:
        return Sql(numeric_text(value))
    raise emitter.unsupported(f"the cast from numeric to {emitter.catalog.types[target].name}", position)


def _to_text(emitter: Emitter, value: Sql, source: int, target: int, position: int) -> Sql:
    if source in _TEXTS:
        text = f"rtrim({value.text}, ' ')" if source == t.BPCHAR and target != t.BPCHAR else value.text
        if target == t.CHAR:
            text = f"left({text}, 1)"
        return Sql(text)
    if source == t.BOOL:
        return Sql(cast(value.text, "VARCHAR"))  # the cast says true where the output function says t
    return Sql(text_of(emitter, value, source, position))


def text_of(emitter: Emitter, value: Sql, oid: int, position: int = -1) -> str:
    """Any value as its output function prints it."""
    row = emitter.catalog.base_type(oid)
    kind = row.oid
    if kind == t.NUMERIC:
        return numeric_text(value)
    if kind in t.REG_TYPES:
        return f"pgd_reg_text({emitter.env.role_number}, {kind}::UINTEGER, {value.text}, {emitter.path()})"
    if kind == t.FLOAT8:
        return f"pgd_f8_text({value.text})"
    if kind == t.FLOAT4:
        return f"pgd_f4_text(CAST({value.text} AS DOUBLE))"
    if kind == t.BOOL:
        return f"CASE WHEN {value.text} THEN 't' WHEN NOT {value.text} THEN 'f' END"
    if kind == t.BYTEA:
        return f"('\\x' || lower(hex({value.text})))"
    if kind == t.INTERVAL:
        parts = f"pgd_interval({value.text})"
        return f"pgd_interval_text({parts}.months, {parts}.days, {parts}.micros)"
    if kind in (t.INT2VECTOR, t.OIDVECTOR):
        return f"array_to_string({value.text}, ' ')"
    if row.is_true_array:
        element = emitter.base(row.element)
        name = emitter.variable()
        return f"pgd_array_text(list_transform({value.text}, lambda {name}: {text_of(emitter, Sql(name), element, position)}))"
    if kind == t.RECORD or row.kind == "c":
        raise emitter.unsupported("a row as text", position)
    if kind in (t.DATE, t.TIMESTAMP, t.TIMESTAMPTZ, t.TIME, 2950, t.OID, 28, 29, *_INT_KINDS):
        return cast(value.text, "VARCHAR")
    if emitter.storage(kind) == "VARCHAR":
        return value.text
    raise emitter.unsupported(f"text of type {row.name}", position)


def _from_text(emitter: Emitter, value: Sql, target: int, position: int) -> Sql:
    """Through the type's input function, so that errors and forms are Postgres'."""
    row = emitter.catalog.base_type(target)
    if row.is_true_array:
        if row.oid in (t.INT2VECTOR, t.OIDVECTOR):
            raise emitter.unsupported(f"the cast from text to {row.name}", position)
        return Sql(cast(f"pgd_read_array({target}, {value.text})", emitter.storage(target)))
    if target in t.REG_TYPES:
        return Sql(f"pgd_to_reg({emitter.env.role_number}, {target}::UINTEGER, {value.text}, {emitter.path()})")
    if target == t.BYTEA:
        return Sql(f"pgd_decode(CASE WHEN starts_with({value.text}, '\\x') THEN substring({value.text}, 3) END, 'hex')")
    if row.kind == "c" or row.oid == t.RECORD:
        raise emitter.unsupported(f"the cast from text to {row.name}", position)
    return Sql(cast(f"pgd_read({target}, {value.text})", emitter.storage(target)))


def _length(emitter: Emitter, value: Sql, target: int, typmod: int, explicit: bool, position: int) -> Sql:
    """Cut, pad or round to a typmod."""
    if target == t.NUMERIC:
        shape = typmod_shape(typmod)
        if shape is None or shape[0] > MAX_DIGITS:
            raise emitter.unsupported("numeric with this precision", position)
        if value.decimal is None:
            return Sql(cast(f"pgd_num_round({value.text}, {shape[1]})", decimal_type(shape)), shape)
        return Sql(cast(value.text, decimal_type(shape)), shape)
    if target == t.VARCHAR:
        return Sql(f"left({value.text}, {typmod - 4})")
    if target == t.BPCHAR:
        return Sql(f"rpad(left({value.text}, {typmod - 4}), {typmod - 4}, ' ')")
    if target in (t.TIMESTAMP, t.TIMESTAMPTZ) and 0 <= typmod <= 6:
        if typmod == 6:
            return value
        unit = 10 ** (6 - typmod)
        micros = f"epoch_us({value.text})"
        rounded = f"((({micros} + {unit // 2}) - (({micros} + {unit // 2}) % {unit} + {unit}) % {unit}))"
        maker = "make_timestamptz" if target == t.TIMESTAMPTZ else "make_timestamp"
        return Sql(f"{maker}({rounded})")
    element = emitter.element(target)
    if element in (t.VARCHAR, t.NUMERIC):
        name = emitter.variable()
        inner = (
            f"left({name}, {typmod - 4})" if element == t.VARCHAR else f"pgd_num_round({name}, {(typmod - 4) & 0x7FF})"
        )
        return Sql(f"list_transform({value.text}, lambda {name}: {inner})")
    if target == t.INTERVAL and (typmod & 0xFFFF) == 0xFFFF and explicit and value.literal is not None:
        return value
    raise emitter.unsupported(f"the modifier of type {emitter.catalog.types[target].name}", position)
