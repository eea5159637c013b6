"""Two hundred statements, on a real Postgres and on a double over a mirror of it.

The bar: none answered differently; what the double does not do is refused with 0A000 and listed. The generated half is drawn
anew from a seed; the written half is `statements.sql`.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.oracle.compare import BINARY, NOT_SUPPORTED, TEXT, ask, difference
from tests.oracle.generator import Column, Generator, Table
from tests.pair import Pair

SEED = 20261125
GENERATED = 120
ALIKE_AT_LEAST = 0.85

TABLES_SQL = """
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
       coalesce((SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_index i JOIN pg_attribute a
                 ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisprimary), '{}') AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'billing') ORDER BY 2
"""
COLUMNS_SQL = """
SELECT quote_ident(a.attname), CASE WHEN t.typtype = 'd' THEN b.typname WHEN t.typtype = 'e' THEN 'enum' ELSE t.typname END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
LINKS_SQL = """
SELECT a.attname, format('%%I.%%I', n.nspname, f.relname), b.attname
FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace n ON n.oid = f.relnamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
WHERE k.contype = 'f' AND k.conrelid = %s AND array_length(k.conkey, 1) = 1 ORDER BY k.oid
"""


def written() -> list[str]:
    """The statements of statements.sql, one a paragraph."""
    lines = (Path(__file__).parent / "statements.sql").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def tables(dsn: str) -> list[Table]:
    """The source's tables as the generator draws from them."""
    with psycopg.connect(dsn) as connection:
        return [
            Table(
                name,
                tuple(Column(*row) for row in connection.execute(COLUMNS_SQL, [oid])),
                tuple(key),
                tuple(tuple(row) for row in connection.execute(LINKS_SQL, [oid])),
            )
            for oid, name, key in connection.execute(TABLES_SQL).fetchall()
        ]


@pytest.mark.parametrize("result_format", [TEXT, BINARY], ids=["text", "binary"])
def test_two_hundred_statements(shop: Pair, result_format: int) -> None:
    statements = [*written(), *Generator(tables(shop.source), SEED).draw(GENERATED)]
    source, double = shop.connect()
    wrong, refused = [], []
    for statement in statements:
        expected, found = ask(source, statement, result_format), ask(double, statement, result_format)
        assert not expected.sqlstate, f"{statement}: {expected.message}"
        if found.sqlstate == NOT_SUPPORTED:
            refused.append(f"{statement}\n    {found.message}")
        elif problem := difference(expected, found, " order by " in statement):
            wrong.append(f"{statement}\n    {problem}")
    print(f"{len(statements)} statements, {len(wrong)} different, {len(refused)} refused")
    print("\n".join(["refused:", *refused]))
    assert not wrong, "\n".join(wrong)
    assert len(statements) - len(refused) >= ALIKE_AT_LEAST * len(statements), "\n".join(refused)
