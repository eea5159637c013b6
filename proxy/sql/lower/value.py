"""What lowering an expression gives: DuckDB SQL, and for a numeric how it is held.

A numeric is a DECIMAL of known precision and scale, or canonical text where the display scale differs from row to row. Refuses to
know the catalog. Facts: DuckDB's DECIMAL holds 38 digits; Postgres' display scale is part of a numeric's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_DIGITS = 38


@dataclass(frozen=True, slots=True)
class Sql:
    """text: self-contained SQL. decimal: (precision, scale) of a numeric held as DECIMAL; a numeric without it is text.

    literal: the value itself, where it is a constant.
    """

    text: str
    decimal: tuple[int, int] | None = None
    literal: str | None = None


def quote(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


def cast(text: str, kind: str) -> str:
    """CAST(text AS kind)."""
    return f"CAST({text} AS {kind})"


def decimal_type(decimal: tuple[int, int]) -> str:
    """DECIMAL(p,s)."""
    return f"DECIMAL({decimal[0]},{decimal[1]})"


def numeric_text(value: Sql) -> str:
    """A numeric as canonical text, whatever held it."""
    if value.decimal is None:
        return value.text
    precision, scale = value.decimal
    if precision == scale:  # DuckDB prints DECIMAL(p,p) without the zero before the point
        return cast(cast(value.text, f"DECIMAL({min(precision + 1, MAX_DIGITS)},{scale})"), "VARCHAR")
    return cast(value.text, "VARCHAR")


def common(values: Sequence[Sql]) -> tuple[int, int] | None:
    """The DECIMAL that holds them all, None where one is text or 38 digits are too few."""
    if any(value.decimal is None for value in values):
        return None
    shapes = [value.decimal for value in values if value.decimal is not None]
    scale = max(shape[1] for shape in shapes)
    precision = max(shape[0] - shape[1] for shape in shapes) + scale
    return (precision, scale) if precision <= MAX_DIGITS else None


def same_shape(values: Sequence[Sql]) -> tuple[int, int] | None:
    """A DECIMAL for all where they show the same scale; else None: each keeps its own, as text."""
    shape = common(values)
    return shape if shape is not None and len({value.decimal[1] for value in values if value.decimal}) == 1 else None


def as_decimal(value: Sql, shape: tuple[int, int]) -> str:
    """SQL of a DECIMAL as another."""
    return value.text if value.decimal == shape else cast(value.text, decimal_type(shape))


def unified(values: Sequence[Sql]) -> tuple[list[str], tuple[int, int] | None]:
    """Values that may stand for one another (CASE, COALESCE, UNION): all one DECIMAL, or all text."""
    shape = same_shape(values)
    if shape is not None:
        return [as_decimal(value, shape) for value in values], shape
    return [numeric_text(value) for value in values], None
