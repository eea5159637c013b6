"""Analysis against a real Postgres: what a statement's columns, parameters and errors are, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from psycopg import pq

from policies.errors import PgError
from proxy.catalog.load import load_catalog
from proxy.catalog.model import Catalog
from proxy.sql.analyse import AnalyseEnv, analyse
from synth.release.manifest import folder_name

# Statements that are answered otherwise, and why.
TOLERATED = {
    "insert into customers values (1)": "Postgres refuses at execution",
}


def statements() -> list[str]:
    lines = (Path(__file__).parent / "analysis.sql").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def described(connection: pq.PGconn, statement: str) -> object:
    """Columns and parameters, or the error, as Postgres gives them."""
    result = connection.prepare(b"", statement.encode())
    if result.status == pq.ExecStatus.FATAL_ERROR:
        fields = (
            pq.DiagnosticField.SQLSTATE,
            pq.DiagnosticField.MESSAGE_PRIMARY,
            pq.DiagnosticField.STATEMENT_POSITION,
        )
        return tuple((result.error_field(field) or b"").decode() for field in fields)
    found = connection.describe_prepared(b"")
    columns = [((found.fname(i) or b"").decode(), found.ftype(i), found.fmod(i)) for i in range(found.nfields)]
    return columns, [found.param_type(i) for i in range(found.nparams)]


def analysed(catalog: Catalog, statement: str) -> object:
    """The same from the double's analysis."""
    try:
        found = analyse(statement, catalog, AnalyseEnv())
    except PgError as error:
        position = "" if error.position is None or error.position < 0 else str(error.position + 1)
        return error.sqlstate, error.message, position
    return [(one.name, one.type, one.typmod) for one in found.columns], list(found.parameters)


def test_columns_parameters_and_errors(shop_source: str, mirror: Callable[[str], Path]) -> None:
    catalog = load_catalog(mirror(shop_source) / folder_name(1))
    connection = pq.PGconn.connect(shop_source.encode())
    different = {}
    for statement in statements():
        expected, found = described(connection, statement), analysed(catalog, statement)
        if expected != found:
            different[statement] = (expected, found)
    assert len(statements()) > 90
    assert {statement: both for statement, both in different.items() if statement not in TOLERATED} == {}
    assert set(TOLERATED) <= set(different), "a tolerated difference that is none any more"
