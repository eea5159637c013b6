"""reg* types against a real Postgres: OIDs of its catalog printed and names read, over a mirror of that catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.errors import PgError
from proxy.catalog.load import load_catalog
from proxy.catalog.model import Catalog
from proxy.pgtypes import InputSettings, OutputSettings, RowEncoder, read_text
from proxy.pgtypes.names import format_type
from proxy.sql.ir import OutputColumn
from synth.release.manifest import folder_name
from tests.unit.pgtypes.oracle import Fault, Oracle, connect

DDL = """
CREATE SCHEMA other; CREATE TABLE public.both (a int); CREATE TABLE other.both (a int);
CREATE TABLE other."Mixed Case" (a int);
CREATE TABLE public."select" (a int); CREATE TYPE other.mood AS ENUM ('a'); CREATE DOMAIN public.small AS numeric(4,1);
CREATE FUNCTION public.twice(int) RETURNS int LANGUAGE sql AS 'select $1 * 2';
CREATE FUNCTION public.twice(text) RETURNS text LANGUAGE sql AS 'select $1 || $1';
CREATE FUNCTION other.lonely(other.mood, int[]) RETURNS int LANGUAGE sql AS 'select 1';
"""


@pytest.fixture(scope="module")
def named(postgres: EmbeddedPostgres) -> Oracle:
    postgres.create_database("reg_names")
    asked = Oracle(connect(postgres, "reg_names").connection)
    asked.connection.execute(DDL)
    return asked


@pytest.fixture(scope="module")
def snapshot(named: Oracle, postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Catalog:
    return load_catalog(mirror(postgres.dsn("reg_names")) / folder_name(1))


RELATIONS = {
    2205: "pg_class",
    2206: "pg_type",
    24: "pg_proc",
    2202: "pg_proc",
    4089: "pg_namespace",
    2203: "pg_operator",
}
NAMES = {2205: "regclass", 2206: "regtype", 24: "regproc", 2202: "regprocedure", 4089: "regnamespace", 2203: "regoper"}


@pytest.mark.parametrize("type_oid", [*RELATIONS])
@pytest.mark.parametrize("path", ["public", "other, public", ""])
def test_oids_print_as_names(named: Oracle, snapshot: Catalog, type_oid: int, path: str) -> None:
    namespaces = (11, *(snapshot.namespace_by_name[name.strip()] for name in path.split(",") if name.strip()))
    known = {2205: snapshot.relations, 2206: snapshot.types, 4089: snapshot.namespaces, 2203: snapshot.operators}
    oids = sorted(known.get(type_oid, snapshot.procs))[-1500:]
    numbers = ", ".join(map(str, oids))
    name = NAMES[type_oid]
    with named.under(search_path=path):
        want = named.ask_all(
            f"SELECT o::oid::{name} FROM unnest(ARRAY[{numbers}]::oid[]) WITH ORDINALITY u(o, n) ORDER BY n"
        )
    encoder = RowEncoder(
        [OutputColumn(name="a", type=type_oid, typmod=-1)], [0], snapshot, OutputSettings(search_path=namespaces)
    )
    got = encoder.fields(pa.record_batch([pa.array(oids, pa.uint32())], ["a"]))[0]
    assert isinstance(want, list)
    assert [(oid, one) for oid, one, other in zip(oids, got, want) if one != other] == []


@pytest.mark.parametrize(
    ("type_oid", "text"),
    [
        *(
            (2205, text)
            for text in ("pg_class", "both", "other.both", 'other."Mixed Case"', "nope", "other.nope", "nope.x")
        ),
        *((2205, text) for text in ("PG_CLASS", '"select"', "-", "1259", "a b", "reg_names.public.both")),
        *((2206, text) for text in ("int", "int4", "integer[]", "timestamp with time zone", "numeric(5,2)", "nope")),
        *((2206, text) for text in ("character varying", "other.mood", "other.mood[]", "double precision", "small")),
        *((24, text) for text in ("twice", "other.lonely", "array_in", "pg_catalog.array_in", "nope")),
        *((2202, text) for text in ("twice(int)", "twice(text)", "other.lonely(other.mood,int[])", "twice(bigint)")),
        *((4089, text) for text in ("public", "nope", "other")),
        *((4096, text) for text in ("postgres", "nope")),
    ],
)
def test_names_are_read_as_oids(named: Oracle, snapshot: Catalog, type_oid: int, text: str) -> None:
    name = {**NAMES, 4096: "regrole"}[type_oid]
    settings = InputSettings(search_path=(11, snapshot.namespace_by_name["public"]))
    try:
        got: bytes | Fault = read_text(type_oid, text, snapshot, settings=settings).encode()
    except PgError as error:
        got = Fault(error.sqlstate, error.message, error.detail, error.hint)
    assert got == named.ask(f"SELECT $1::{name}::oid", text.encode(), (type_oid,))


@pytest.mark.parametrize("typmod", [-1, 0, 3, 14, (5 << 16 | 2) + 4])
@pytest.mark.parametrize("oid", [16, 18, 19, 1042, 1043, 1700, 1114, 1184, 1266, 1560, 1231, 1015, 2950, 20, 1186])
def test_types_print_with_their_modifiers(named: Oracle, snapshot: Catalog, oid: int, typmod: int) -> None:
    if oid == 1186 and typmod != -1:
        typmod = (0x7FFF << 16) | 3
    want = named.ask(f"SELECT format_type({oid}, {typmod})")
    assert format_type(oid, typmod, snapshot, (11, 2200)).encode() == want
