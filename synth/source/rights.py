"""What the reading role may do at the source: a build refuses a role that could write.

Asks privilege functions and pg_roles, never a user's table. Refuses to know the policy. Facts: PostgreSQL's
has_table_privilege() and has_any_column_privilege(), which count what the role inherits.
"""

from __future__ import annotations

from collections.abc import Iterable

from policies.errors import PgError
from synth.source.schema import Connection

WRITES_SQL = """
SELECT format('%I.%I', n.nspname, c.relname) AS relation
FROM pg_catalog.pg_roles r, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE pg_has_role(r.oid, 'MEMBER') AND c.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
           WHEN c.relkind IN ('r', 'p', 'v', 'f') THEN has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') ELSE false END
ORDER BY 1 LIMIT 1
"""
ROLE_SQL = """
SELECT current_user::text AS name, bool_or(rolsuper OR rolreplication OR rolcreaterole OR rolname = 'pg_write_all_data') AS is_mighty
FROM pg_catalog.pg_roles WHERE pg_has_role(oid, 'MEMBER')
"""
UNREADABLE_SQL = """
SELECT c.oid::int8 AS oid FROM pg_catalog.pg_class c
WHERE c.oid = ANY($1::oid[]) AND NOT has_table_privilege(c.oid, 'SELECT')
"""
FILTERED_SQL = (
    "SELECT c.oid::int8 AS oid FROM pg_catalog.pg_class c WHERE c.oid = ANY($1::oid[]) AND row_security_active(c.oid)"
)

READER_HINT = (
    "Make a role with SELECT alone: CREATE ROLE reader LOGIN PASSWORD '...'; GRANT USAGE ON SCHEMA ... TO reader; "
    "GRANT SELECT ON ALL TABLES IN SCHEMA ... TO reader."
)


class SourceRefused(PgError):
    """The source's role has more or fewer rights than a build needs."""

    sqlstate = "42501"


# Encodings of which every byte string the server accepts converts to UTF-8; of another, one value could end a build.
TOTAL_ENCODINGS = ("UTF8", "LATIN1")


async def require_encoding(connection: Connection) -> None:
    """Raise SourceRefused for a database whose texts may not convert."""
    encoding = (await connection.fetch("SELECT current_setting('server_encoding') AS name"))[0]["name"]
    if encoding not in TOTAL_ENCODINGS:
        raise SourceRefused(
            f"the source's encoding is {encoding}, from which not every value converts to UTF8",
            hint="Copy it into a database with ENCODING 'UTF8', for instance with pg_dump and psql.",
        )


async def require_reader(connection: Connection) -> None:
    """Raise SourceRefused where the role, or one that it may become, is mighty or may write a relation."""
    role = (await connection.fetch(ROLE_SQL))[0]
    if role["is_mighty"]:
        raise SourceRefused(
            f'the source would let role "{role["name"]}" write everything',
            detail="A build reads as a reader.",
            hint=READER_HINT,
        )
    if writable := await connection.fetch(WRITES_SQL):
        raise SourceRefused(
            f'the source would let role "{role["name"]}" write "{writable[0]["relation"]}"',
            detail="A build reads as a reader.",
            hint=READER_HINT,
        )


async def unreadable(connection: Connection, oids: Iterable[int]) -> frozenset[int]:
    """Which of these relations the role may not read."""
    return frozenset(row["oid"] for row in await connection.fetch(UNREADABLE_SQL, list(oids)))


async def filtered(connection: Connection, oids: Iterable[int]) -> frozenset[int]:
    """Of which of these relations a row-level security policy gives the role some rows only."""
    return frozenset(row["oid"] for row in await connection.fetch(FILTERED_SQL, list(oids)))


async def require_select(connection: Connection, tables: Iterable[tuple[int, str]]) -> None:
    """Raise SourceRefused, naming them, where the role may not read tables (OID, name) that the build needs, or not every row of them."""
    names = dict(tables)
    refuse_unreadable(names[oid] for oid in sorted(await unreadable(connection, names)))
    refuse_filtered(names[oid] for oid in sorted(await filtered(connection, names)))


def refuse_unreadable(missing: Iterable[str]) -> None:
    """Raise SourceRefused where there is any of these tables."""
    if missing := list(missing):
        listed = ", ".join(f'"{name}"' for name in missing)
        raise SourceRefused(
            f"the source's role may not read {listed}", hint="Grant it SELECT, or exclude the tables in the policy."
        )


def refuse_filtered(partial: Iterable[str]) -> None:
    """Raise SourceRefused where there is any of these tables: which rows a policy of the source lets through, and whether it fails on one,
    may depend on rows of others, and no bound on what one unit changes would hold."""
    if partial := list(partial):
        listed = ", ".join(f'"{name}"' for name in partial)
        raise SourceRefused(
            f"the source's row-level security decides which rows of {listed} its role may read",
            detail="A row must be read or not by what it is itself, or one unit could change what is read of all the others.",
            hint="Give the role BYPASSRLS, or exclude the tables in the policy.",
        )
