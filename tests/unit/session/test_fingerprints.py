"""What the audit log keeps of a statement: no literal of any kind, whatever the statement is."""

from __future__ import annotations

import pytest

from proxy.sql.statements import fingerprint

SECRET = "hush4711"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'hush4711', 4711, E'hush4711', U&'hush4711', $$hush4711$$ FROM t /* hush4711 */",
        "ALTER SYSTEM SET primary_conninfo = 'password=hush4711'",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'hush4711')",
        "CREATE TABLE t (a text DEFAULT 'hush4711', b int DEFAULT 4711 CHECK (b < 4711.5))",
        "COMMENT ON TABLE t IS 'hush4711'",
        "CREATE TYPE e AS ENUM ('hush4711')",
        "CREATE TABLE t AS SELECT 'hush4711'",
        "CREATE VIEW v AS SELECT 4711",
        "CREATE POLICY p ON t USING (a = 'hush4711')",
        "CREATE TABLE p PARTITION OF t FOR VALUES IN ('hush4711', 4711)",
        "DO $body$ BEGIN PERFORM 'hush4711'; END $body$",
        "SET application_name = 'hush4711'",
        "COPY t FROM 'hush4711'",
    ],
)
def test_no_literal_is_left(sql: str) -> None:
    shape = fingerprint(sql)
    assert "hush" not in shape and "4711" not in shape
    assert shape.split()[0] == sql.split()[0]


def test_names_and_parameters_stay() -> None:
    assert (
        fingerprint("select a1, b_2 from t3 where c = $1 and d = 5").lower()
        == "select a1 , b_2 from t3 where c = $1 and d = $2"
    )
