"""The draft as commented YAML text, in the order in which a reviewer decides: unit, tables, columns, roles.

Writes what `owners` and `columns` propose. Refuses to declare anything public: a table without an owner is drafted as
excluded, with the alternatives beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgdouble.draft.columns import propose
from pgdouble.draft.owners import Ownership, owned
from synth.source.schema import Schema, Table

HEADER = """\
# A draft by `pgdouble init`, from the catalog alone: no row was read.
# Every REVIEW is a question to you. Values and bounds must be facts that anybody may know, never looked up in the data.
version: 1

privacy:
  unit: {unit}  # REVIEW: whose presence is protected? One row of it, with all it owns, is one unit
  budget:   {{epsilon: 4, delta: 1e-9, window: 365d}}  # REVIEW: all releases of a year together
  lifetime: {{epsilon: 10, delta: 1e-8}}  # REVIEW: all releases ever; never renews
  release:  {{epsilon: 1}}
  collusion: assume

# Text that somebody wrote in the DDL can quote data; `keep` declares it public.
catalog: {{comments: drop, defaults: drop, checks: {checks}, views: drop, partial_indexes: drop, enums: keep}}

tables:
"""

ROLES = """
roles:
  analyst:
    grants:
      - {tables: [%s]}  # REVIEW: who may see what
    exposure: {epsilon: 4}
    quota: {sessions: 20, concurrent: 4, statement_timeout: 60s, rows_per_day: 50_000_000, statements_per_minute: 6000}

tests:
  - {role: analyst, sql: "select 1", expect: allow}
"""


def draft(schema: Schema, unit: Table) -> str:
    """The whole file."""
    owners = owned(schema, unit)
    tables = sorted(
        schema.tables.values(), key=lambda table: (table.oid != unit.oid, table.oid not in owners, table.qualified)
    )
    body = "\n".join("\n".join(_table(schema, table, unit, owners.get(table.oid))) for table in tables)
    schemas = sorted({table.schema for table in tables})
    header = HEADER.format(unit=_key(unit.qualified), checks="drop")
    return header + body + "\n" + ROLES % ", ".join(_key(f"{schema}.*") for schema in schemas)


def questions(text: str) -> int:
    """How many REVIEW marks a draft holds."""
    return text.count("# REVIEW")


def _table(schema: Schema, table: Table, unit: Table, ownership: Ownership | None) -> Iterator[str]:
    if table.oid != unit.oid and ownership is None:
        yield from _stranger(schema, table, unit)
        return
    yield f"  {_key(table.qualified)}:"
    if ownership is not None and ownership.alternatives:
        others = ", ".join(", ".join(table.names(key.columns)) for key in ownership.alternatives)
        columns = [_key(name) for name in table.names(ownership.key.columns)]
        owner = columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"
        yield f"    owner: {owner}  # REVIEW: or {others}: whose row is it?"
    yield "    columns:"
    width = max((len(_key(column.name)) for column in table.columns), default=0) + 1
    for column in table.columns:
        proposal = propose(table, column)
        question = f"  # REVIEW: {proposal.question}" if proposal.question else ""
        yield f"      {_key(column.name) + ':':<{width}} {proposal.entry}{question}"


def _stranger(schema: Schema, table: Table, unit: Table) -> Iterator[str]:
    """A table that no path of foreign keys leads from to the unit."""
    used = any(key.target == table.oid for other in schema.tables.values() for key in other.foreign_keys)
    why = "others refer to it" if used else "nothing refers to it"
    yield (
        f"  {_key(table.qualified)}: {{exclude: true}}  # REVIEW: no path to {unit.name}; {why}. "
        "If anybody may see every row: {public: true, because: ...}. "
        "If each row is one person: row_level: true, with columns"
    )


def _key(name: str) -> str:
    """A YAML key or scalar; quoted where its letters could mean something else."""
    if re.fullmatch(r"[A-Za-z_][\w.]*(\.\*)?", name) and name.lower() not in ("true", "false", "null", "y", "n"):
        return name
    return "'" + name.replace("'", "''") + "'"
