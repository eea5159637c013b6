"""Whatever function and operator the source knows exists for the double too: it is run, or refused as not supported.

"Does not exist" would send the reader looking for a missing extension or cast.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policies.errors import PgError
from proxy.catalog.load import load_catalog
from proxy.catalog.model import Catalog, ProcRow
from proxy.sql.analyse import AnalyseEnv, analyse
from synth.release.manifest import folder_name

PG_CATALOG = 11
# What stands for a pseudo-type; the others (internal, trigger, ...) have no values that a statement could write.
STAND_INS = {
    2276: "int4", 2277: "int4[]", 2283: "int4", 2776: "int4", 3831: "int4range", 4537: "int4multirange", 4538: "int4multirange",
    5077: "int4", 5078: "int4[]", 5079: "int4", 5080: "int4range",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalog(shop_source: str, mirror: Callable[[str], Path]) -> Catalog:
    return load_catalog(mirror(shop_source) / folder_name(1))


def values(catalog: Catalog, oids: tuple[int, ...]) -> list[str] | None:
    """A NULL of each type; None where one has no values."""
    names = [STAND_INS.get(oid) or _name(catalog, oid) for oid in oids]
    return None if None in names else [f"null::{name}" for name in names]


def _name(catalog: Catalog, oid: int) -> str | None:
    row = catalog.types[oid]
    return None if row.kind == "p" else f'pg_catalog."{row.name}"'


def call(proc: ProcRow, arguments: list[str]) -> str:
    if proc.variadic and proc.variadic != 2276 and proc.kind != "a":
        arguments[-1] = f"variadic {arguments[-1]}"
    written = ", ".join(arguments) or ("*" if proc.kind == "a" else "")
    return f'select pg_catalog."{proc.name}"({written}){" over ()" if proc.kind == "w" else ""}'


def unknown(catalog: Catalog, statements: list[str]) -> dict[str, str]:
    """The statements that are answered otherwise than by a tree or 0A000."""
    found = {}
    for statement in statements:
        try:
            analyse(statement, catalog, AnalyseEnv())
        except PgError as error:
            if error.sqlstate != "0A000":
                found[statement] = f"{error.sqlstate} {error.message}"
    return found


def test_every_operator_of_the_source(catalog: Catalog) -> None:
    statements = []
    for row in catalog.operators.values():
        sides = values(catalog, tuple(oid for oid in (row.left, row.right) if oid))
        if sides is not None:
            statements.append(f"select {f' operator(pg_catalog.{row.name}) '.join(['', *sides][-2:])}")
    assert len(statements) > 700
    assert unknown(catalog, statements) == {}


def test_every_function_of_the_source(catalog: Catalog) -> None:
    """Ordered-set aggregates apart, which have a syntax of their own."""
    statements = []
    for row in catalog.procs.values():
        arguments = values(catalog, row.args)
        if (
            row.namespace == PG_CATALOG
            and row.kind in "faw"
            and row.agg_kind not in ("o", "h")
            and arguments is not None
        ):
            statements.append(call(row, arguments))
    assert len(statements) > 2500
    assert unknown(catalog, statements) == {}
