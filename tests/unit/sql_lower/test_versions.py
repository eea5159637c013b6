"""What the source's version decides without asking a server: grammar, numbers, templates; each row of the table is used."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from policies.errors import PgError
from proxy.catalog import versions
from proxy.catalog.model import Catalog
from proxy.catalog.versions import NEWEST, Since, since
from proxy.pgtypes import InputSettings, read_text
from proxy.sql.lower.older import BEFORE
from proxy.sql.older_grammar import as_of
from proxy.sql.parse import SyntaxProblem, parse_statement
from tests.fakes import fake_catalog

NUMERIC, INT4, INTERVAL, JSONPATH, OID, XID, XID8 = 1700, 23, 1186, 4072, 26, 28, 5069


def catalog(version: int) -> Catalog:
    return replace(fake_catalog(), settings={"server_version_num": str(version)}).index()


def test_the_number_decides() -> None:
    assert since(NEWEST, Since.JSON_NULL_CAST) and since(180_001, Since.JSON_NULL_CAST)
    assert not since(170_006, Since.JSON_NULL_CAST)
    assert catalog(160_002).has(Since.SQL_JSON) and not catalog(150_018).has(Since.SQL_JSON)
    assert fake_catalog().has(Since.JSON_NULL_CAST)  # one that does not say is taken for the newest


def test_every_row_is_used() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in Path(versions.__file__).parents[1].rglob("*.py"))
    assert {one.name for one in Since} == set(re.findall(r"Since\.([A-Z_]+)", texts))
    assert {since for since, _ in BEFORE.values()} <= set(Since)


REFUSED = [
    ("select 0x1F", 'trailing junk after numeric literal at or near "0x1F"', 7),
    ("select a1, 1_000", 'trailing junk after numeric literal at or near "1_000"', 11),
    ("select 'é', 1.5_0", 'trailing junk after numeric literal at or near "1.5_0"', 12),
    ("select now() at local", 'syntax error at or near "local"', 16),
    ("select x is not json", 'syntax error at or near "json"', 16),
    ("select json_object('a': 1)", 'syntax error at or near ":"', 22),
    ("select json_array(1 null on null)", 'syntax error at or near "null"', 20),
    ("select 1 from (values (1))", "VALUES in FROM must have an alias", 14),
    ("select 1 from (select 1) a, (select 2)", "subquery in FROM must have an alias", 28),
]


@pytest.mark.parametrize(("sql", "message", "position"), REFUSED)
def test_newer_syntax_is_an_error_where_an_older_parser_stumbles(sql: str, message: str, position: int) -> None:
    _, fields = parse_statement(sql)
    assert as_of(sql, fields, catalog(180_000)) == fields
    with pytest.raises(SyntaxProblem) as raised:
        as_of(sql, fields, catalog(150_018))
    assert (raised.value.message, raised.value.position) == (message, position)


def test_newer_functions_are_calls_and_columns() -> None:
    sql = "select json_array(1, x), system_user"
    _, fields = parse_statement(sql)
    read = str(as_of(sql, fields, catalog(150_018)))
    assert "JsonArrayConstructor" not in read and "'sval': 'json_array'" in read
    assert "{'ColumnRef': {'fields': [{'String': {'sval': 'system_user'}}]" in read
    assert "JsonArrayConstructor" in str(as_of(sql, fields, catalog(160_000)))


@pytest.mark.parametrize(("oid", "text"), [(INT4, "0x1F"), (INT4, "1_0"), (NUMERIC, "1_0.5"), (INTERVAL, "infinity")])
def test_texts_of_later_versions(oid: int, text: str) -> None:
    with pytest.raises(PgError, match="invalid input syntax"):
        read_text(oid, text, None, settings=InputSettings(version=150_018))


PATHS = [
    ("$[0x1]", "syntax error at end of jsonpath input"), ("1.5_0", 'trailing junk after numeric literal at or near "1.5_"'),
    ('"a', "unexpected end of quoted string"), ('"\\x4"', "invalid hex character sequence"), ("$.a.date()", 'at or near "\\("'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), PATHS)
def test_paths_of_later_versions(text: str, message: str) -> None:
    with pytest.raises(PgError, match=message):
        read_text(JSONPATH, text, None, settings=InputSettings(version=150_018))


@pytest.mark.parametrize(
    ("oid", "text", "older", "newer"),
    [(OID, "017", "17", "15"), (XID, "12abc", "12", ""), (XID, "4294967296", "0", ""), (XID8, "18446744073709551616", f"{2**64 - 1}", "")],
)  # fmt: skip
def test_numbers_of_c(oid: int, text: str, older: str, newer: str) -> None:
    """newer: '' where it is an error."""
    assert read_text(oid, text, None, settings=InputSettings(version=150_018)) == older
    if newer:
        assert read_text(oid, text, None) == newer
    else:
        with pytest.raises(PgError):
            read_text(oid, text, None)


def test_the_catalogs_version_goes_before_the_sessions() -> None:
    assert read_text(INT4, "0x1F", None) == "31"
    with pytest.raises(PgError):
        read_text(INT4, "0x1F", catalog(150_018))
