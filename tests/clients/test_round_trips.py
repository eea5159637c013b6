"""psql, psycopg and asyncpg: a value of every type is read, sent back as the client sends such a value, and read again.

Text and binary both: psycopg by `%t` and `%b` and its cursors' formats, asyncpg by its own codecs and by text ones, psql by values that
it binds and by COPY.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
from psycopg.sql import quote

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.clients.every_type import REFUSED, Sample, column
from tests.pair import Pair

TOGETHER = 40
# asyncpg 0.32 breaks, whatever the server, over an empty element of an array whose elements come as text. These always do.
BROKEN_ARRAYS = frozenset(("tsvector[]", "tsquery[]"))
# What servers say, and what a client itself cannot read or send: Python's dates end in the year 9999, psycopg 3.3 stumbles over lists
# of addresses with and without networks.
FAILURES = (
    psycopg.Error, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ValueError, OverflowError, AttributeError,
)  # fmt: skip
Seen = dict[str, object]


@pytest.fixture(scope="module")
def values(samples: list[Sample]) -> list[Sample]:
    """Every value that the double does not refuse."""
    return [sample for sample in samples if (sample.type, sample.text) not in REFUSED]


def pieces(samples: list[Sample]) -> Iterator[list[Sample]]:
    for at in range(0, len(samples), TOGETHER):
        yield samples[at : at + TOGETHER]


def differences(expected: Seen, found: Seen) -> list[tuple[str, object, object]]:
    keys = {**expected, **found}
    both = ((key, expected.get(key), found.get(key)) for key in keys)
    return [(key, one, other) for key, one, other in both if shown(one) != shown(other) and not refused(other)]


def shown(value: object) -> str:
    """A value as text, without addresses in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def refused(found: object) -> bool:
    """What psycopg has no binary form for it sends as a text, which a cast has then to read: the double looks up no names in arrays
    and no functions by their arguments then, and reads no arrays of several dimensions."""
    last = found[-1] if isinstance(found, list) else ()
    return last[:2] == ("FeatureNotSupported", "0A000") and ("look" in last[2] or "several dimensions" in last[2])


def plain(value: object) -> object:
    """asyncpg's paths and polygons do not show their points."""
    if isinstance(value, asyncpg.Path | asyncpg.Polygon):
        return type(value).__name__, getattr(value, "is_closed", True), tuple(value.points)
    return [plain(one) for one in value] if isinstance(value, list) else value


def _failure(error: Exception) -> object:
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return type(error).__name__, getattr(error, "sqlstate", ""), said or str(error)


def by_psycopg(dsn: str, samples: list[Sample], mark: str, *, binary: bool) -> Seen:
    """Columns are read once for each format, whatever is sent."""
    seen: Seen = {}
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.cursor(binary=binary)
        for sample in samples:
            found: list[object] = []
            seen[f"{sample}"] = found
            try:
                row = cursor.execute(f"select {quote(sample.text)}::{sample.type}").fetchone()  # type: ignore[arg-type]
                found.append(row)
                found.append(
                    [
                        (one.name, one.type_code, one.internal_size, one.precision, one.scale)
                        for one in cursor.description or ()
                    ]
                )
                assert row is not None
                found.append(cursor.execute(f"select {mark}::{sample.type}", row).fetchone())  # type: ignore[arg-type]
                found.append(cursor.execute(f"select {mark}::{sample.type}", [None]).fetchone())  # type: ignore[arg-type]
            except FAILURES as error:
                found.append(_failure(error))
        for table in ("every_type", "every_array") if mark == "%t" else ():
            for name in {column(sample.type.removesuffix("[]")): None for sample in samples}:
                try:
                    rows: object = cursor.execute(f"select {name} from {table} order by id").fetchall()  # type: ignore[arg-type]
                except FAILURES as error:
                    rows = _failure(error)
                seen[f"{name} of {table}"] = rows
    return seen


@pytest.mark.parametrize("mark", ["%t", "%b"], ids=["text sent", "binary sent"])
@pytest.mark.parametrize("binary", [False, True], ids=["text read", "binary read"])
def test_psycopg(typed: Pair, values: list[Sample], mark: str, binary: bool) -> None:
    expected, found = (by_psycopg(dsn, values, mark, binary=binary) for dsn in (typed.source, typed.double))
    assert differences(expected, found) == []
    whole = [one for one in expected.values() if isinstance(one, list) and len(one) == 4]
    assert len(whole) > 250


async def by_asyncpg(dsn: str, samples: list[Sample], *, as_text: bool) -> Seen:
    connection = await asyncpg.connect(dsn)
    seen: Seen = {}
    try:
        # Types that asyncpg does not know it asks for, of one statement all together.
        await connection.prepare("select * from every_type, every_array")
        if as_text:
            await _read_as_text(connection, {one.type: None for one in samples if not one.type.endswith("]")})
        used = [one for one in samples if not one.type.endswith("]") or not (as_text or one.type in BROKEN_ARRAYS)]
        for sample in used:
            found: list[object] = []
            seen[f"{sample}"] = found
            try:
                made = await connection.prepare(f"select {quote(sample.text)}::{sample.type}")
                found.append([(one.name, one.type) for one in made.get_attributes()])
                value = await made.fetchval()
                found.append(plain(value))
                back = await connection.prepare(f"select $1::{sample.type}")
                found.append(back.get_parameters())
                found.append(plain(await back.fetchval(value)))
                found.append(await back.fetchval(None))
            except FAILURES as error:
                found.append(_failure(error))
        for table, brackets in (("every_type", ""), ("every_array", "[]")):
            for name in {column(one.type): None for one in used if one.type.endswith("]") == bool(brackets)}:
                try:
                    rows: object = [
                        tuple(row) for row in await connection.fetch(f"select {name} from {table} order by id")
                    ]
                except FAILURES as error:
                    rows = _failure(error)
                seen[f"{name} of {table}"] = rows
    finally:
        await connection.close()
    return seen


async def _read_as_text(connection: Any, names: dict[str, None]) -> None:
    """Have types sent and read as text. A sixth of them, for asyncpg asks the server some questions about each."""
    query = (
        "select n.nspname, t.typname from unnest($1::text[]) u(name) join pg_type t on t.oid = u.name::regtype "
        "join pg_namespace n on n.oid = t.typnamespace"
    )
    for schema, name in await connection.fetch(query, list(names)[::6]):
        try:
            await connection.set_type_codec(name, schema=schema, encoder=str, decoder=str, format="text")
        except asyncpg.InterfaceError:  # composites and domains keep their own
            continue


@pytest.mark.parametrize("as_text", [False, True], ids=["its own codecs", "text codecs"])
def test_asyncpg(typed: Pair, values: list[Sample], as_text: bool) -> None:
    expected, found = (asyncio.run(by_asyncpg(dsn, values, as_text=as_text)) for dsn in (typed.source, typed.double))
    assert differences(expected, found) == []
    assert len([one for one in expected.values() if isinstance(one, list) and len(one) == 5]) > (
        200 if as_text else 400
    )


def by_psql(postgres: EmbeddedPostgres, dsn: str, script: str, folder: Path) -> tuple[str, dict[str, bytes]]:
    folder.mkdir()
    result = subprocess.run(
        [str(postgres.psql_path), "-X", "-q", "-At", dsn],
        input=script,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr, {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_psql(postgres: EmbeddedPostgres, typed: Pair, values: list[Sample], tmp_path: Path) -> None:
    """Values bound by the extended protocol, their types described, and every column copied out in text, CSV and binary."""
    lines = ["set client_min_messages to warning;"]  # of an empty tsquery Postgres gives notice
    for some in pieces(values):
        casts = ", ".join(f"$%d::{sample.type}" % number for number, sample in enumerate(some, 1))
        bound = " ".join(_argument(sample.text) for sample in some)
        lines += [
            f"select {casts} \\bind {bound} \\g",
            "select " + ", ".join(f"{quote(one.text)}::{one.type}" for one in some) + " \\gdesc",
        ]
    for table in ("every_type", "every_array"):
        names = list({column(sample.type.removesuffix("[]")): None for sample in values})
        groups = [names[at : at + TOGETHER] for at in range(0, len(names), TOGETHER)]
        for number, group in enumerate([*groups, ["c_aclitem"]]):
            query = f"(select id, {', '.join(name for name in group if name != 'c_aclitem' or len(group) == 1)} from {table} order by id)"
            lines += [
                f"\\copy {query} to '{table}.{number}.{form}' with (format {form})"
                for form in ("text", "csv", "binary")
            ]  # an aclitem has no binary form
    script = "\n".join(lines) + "\n"
    expected = by_psql(postgres, typed.source, script, tmp_path / "source")
    found = by_psql(postgres, typed.double, script, tmp_path / "double")
    assert found[0] == expected[0]
    assert [name for name in {**expected[1], **found[1]} if expected[1].get(name) != found[1].get(name)] == []
    assert len([data for data in expected[1].values() if data]) >= 22


def _argument(text: str) -> str:
    """A word of a psql command, where a backslash and a quote are written twice."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"
