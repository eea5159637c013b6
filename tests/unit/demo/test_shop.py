"""The shop's generator: repeatable, skewed, correlated, with keys that hold. Pure; no server."""

from __future__ import annotations

from collections import Counter

import pytest

from pgdouble.demo.shop.load import generate
from pgdouble.demo.shop.rows import Rows


@pytest.fixture(scope="module")
def tables() -> dict[str, Rows]:
    """Every table by name."""
    return {rows.table: rows for rows in generate()}


def test_the_same_seed_gives_the_same_rows(tables: dict[str, Rows]) -> None:
    """And another seed others."""
    again = {rows.table: rows for rows in generate()}
    assert all(again[name].columns == rows.columns for name, rows in tables.items())
    other = {rows.table: rows for rows in generate(1)}
    assert other["customers"].columns != tables["customers"].columns


def test_it_is_as_large_as_it_says(tables: dict[str, Rows]) -> None:
    """The figures that the demo prints."""
    assert len(tables["customers"]) == 20_000
    assert len(tables["orders"]) > 100_000
    assert len(tables["order_lines"]) > 250_000


def test_keys_hold(tables: dict[str, Rows]) -> None:
    """Postgres would refuse the load otherwise; this says so without one."""
    for child, column, parent, key in [
        ("orders", "customer_id", "customers", "customer_id"),
        ("orders", "handled_by", "staff", "staff_id"),
        ("order_lines", "order_id", "orders", "order_id"),
        ("order_lines", "product_id", "products", "product_id"),
        ("reviews", "customer_id", "customers", "customer_id"),
        ("payments", "order_id", "orders", "order_id"),
    ]:
        assert set(tables[child].columns[column]) - {None} <= set(tables[parent].columns[key])
    lines = tables["order_lines"].columns
    assert len(set(zip(lines["order_id"], lines["line_no"]))) == len(tables["order_lines"])


def test_fan_outs_are_skewed(tables: dict[str, Rows]) -> None:
    """Some customers never buy, a few buy very often."""
    orders = Counter(tables["orders"].columns["customer_id"])
    assert len(orders) < 18_500
    assert max(orders.values()) > 8 * len(tables["orders"]) / 20_000


def test_nulls_have_a_pattern(tables: dict[str, Rows]) -> None:
    """Guests have no birth date, only businesses have a credit limit."""
    customers = tables["customers"].columns
    for segment, born, credit in zip(customers["segment"], customers["birth_date"], customers["credit_limit"]):
        assert (born is None) == (segment in ("guest", "business"))
        assert (credit is not None) == (segment == "business")


def test_copy_text_escapes() -> None:
    """Tabs, newlines and backslashes would shift columns."""
    rows = Rows("s", "t", {"a": ["x\ty", None], "b": ["\\", "line\nline"]})
    assert b"".join(rows.copy_text()) == b"x\\ty\t\\\\\n\\N\tline\\nline\n"
