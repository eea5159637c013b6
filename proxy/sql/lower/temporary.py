"""A session's temporary tables in DuckDB's words: what is read of them, how rows are staged, and their rows in the system catalogs.

A row carries the number of the statement that made it (x0) and of the one that ended it (x1), so that a moment of the session is a number,
as in Postgres' own heap. Refuses to know connections. Facts: src/include/catalog/pg_class.h, pg_attribute.h, pg_index.h, pg_constraint.h.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.catalog.model import Catalog, ColumnRow, RelationRow
from proxy.sql.lower.values import quote_literal, quote_name
from proxy.sql.temporary import ROW, STAGED, TempSchema, TempTable

BORN, DIED, NEVER = "x0", "x1", 9223372036854775807


def table_name(schema: TempSchema, oid: int) -> str:
    """Where a table's rows are."""
    return f"{schema.storage}.t{oid}"


def staged_name(schema: TempSchema, oid: int) -> str:
    """Where rows wait that a statement writes. oid: the table's."""
    return f"{schema.storage}.w{oid}"


def counter_name(schema: TempSchema, oid: int, attnum: int) -> str:
    """The sequence behind a column."""
    return f"{schema.storage}.q{oid}_{attnum}"


def rows_sql(schema: TempSchema, oid: int, moment: str) -> str | None:
    """What to read of a table or of its staged rows; None where the OID is neither's. moment: the parameter that says when."""
    if oid in schema.tables:
        columns = ", ".join(f"c{column.row.attnum}" for column in schema.tables[oid].columns)
        alive = f"{BORN} <= {moment} AND {DIED} > {moment}"
        return f"(SELECT rowid AS c{ROW}, {columns or 'c0'} FROM {table_name(schema, oid)} WHERE {alive})"
    if oid - STAGED in schema.tables:
        return f"(SELECT *, rowid AS c{ROW} FROM {staged_name(schema, oid - STAGED)})"
    return None


def system_sql(catalog: Catalog, schema: TempSchema, relation: RelationRow, read: str, role: int) -> str:
    """A system relation with the rows about the session's tables. read: the role's view of it."""
    entries = _ENTRIES.get(relation.name)
    rows = list(entries(catalog, schema, role)) if entries is not None else []
    if not rows:
        return read
    parts = [_row(relation, values) for values in rows]
    return f"(SELECT * FROM {read} UNION ALL {' UNION ALL '.join(parts)})"


def definitions_sql(schema: TempSchema, read: str) -> str:
    """pgd_def with what stands behind the session's indexes, constraints and defaults."""
    rows = [
        f"SELECT {quote_literal(kind)}, {oid}, 0, {_bool(pretty)}, {quote_literal(text)}"
        for kind, oid, pretty, text in _definitions(schema)
    ]
    return f"(SELECT kind, oid, sub, pretty, def FROM {read} UNION ALL {' UNION ALL '.join(rows)})" if rows else read


def _row(relation: RelationRow, values: dict[str, str]) -> str:
    """One row; what is not named is what a catalog holds where there is nothing to say."""
    shown = [
        f"CAST({values.get(column.name, _nothing(column))} AS {column.storage or 'VARCHAR'}) AS c{column.attnum}"
        for column in relation.columns
    ]
    return f"SELECT {', '.join(shown)}"


def _nothing(column: ColumnRow) -> str:
    if not column.not_null:
        return "NULL"
    if column.storage.endswith("[]"):
        return "[]"
    return {"BOOLEAN": "false", "VARCHAR": "''"}.get(column.storage, "0")


def _namespace(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    yield {"oid": str(schema.namespace), "nspname": quote_literal(schema.name), "nspowner": str(role)}


def _class(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    common = {
        "relnamespace": str(schema.namespace), "relowner": str(role), "relpersistence": "'t'", "relispopulated": "true",
        "relfrozenxid": "0", "relminmxid": "0",
    }  # fmt: skip
    for table in schema.tables.values():
        yield {
            **common, "oid": str(table.oid), "relname": quote_literal(table.name), "relkind": "'r'", "relam": "2",
            "relfilenode": str(table.oid), "relnatts": str(len(table.columns)), "relchecks": str(len(table.checks)),
            "relhasindex": _bool(table.indexes), "relreplident": "'d'", "reltuples": "-1",
        }  # fmt: skip
        for index in table.indexes:
            yield {
                **common, "oid": str(index.oid), "relname": quote_literal(index.name), "relkind": "'i'", "relam": "403",
                "relfilenode": str(index.oid), "relnatts": str(len(index.columns)), "relreplident": "'n'",
            }  # fmt: skip


def _attribute(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        for column in table.columns:
            row, kind = column.row, catalog.types[column.row.type_oid]
            identity = {"always": "'a'", "by default": "'d'"}.get(column.counter, "''")
            yield {
                "attrelid": str(table.oid), "attname": quote_literal(row.name), "atttypid": str(row.type_oid),
                "attlen": str(kind.length), "attnum": str(row.attnum), "atttypmod": str(row.typmod),
                "attndims": _one(kind.is_true_array), "attbyval": _bool(kind.length in (1, 2, 4, 8)),
                "attalign": {1: "'c'", 2: "'s'", 8: "'d'"}.get(kind.length, "'i'"),
                "attstorage": "'p'" if kind.length > 0 else "'x'", "attnotnull": _bool(row.not_null),
                "atthasdef": _bool(column.default is not None or column.counter == "serial"), "attidentity": identity,
                "attislocal": "true", "attcollation": str(row.collation),
            }  # fmt: skip


def _attrdef(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        for column in table.columns:
            if text := _default_text(table, column.row, column.default_text, column.counter):
                yield {
                    "oid": str(table.oid + column.row.attnum), "adrelid": str(table.oid), "adnum": str(column.row.attnum),
                    "adbin": quote_literal(text),
                }  # fmt: skip


def _default_text(table: TempTable, row: ColumnRow, written: str, counter: str) -> str:
    return f"nextval('{table.name}_{row.name}_seq'::regclass)" if counter == "serial" else written


def _constraint(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    common = {
        "connamespace": str(schema.namespace),
        "convalidated": "true",
        "conenforced": "true",
        "conislocal": "true",
    }
    for table in schema.tables.values():
        for check in table.checks:
            yield {
                **common, "oid": str(check.oid), "conname": quote_literal(check.name), "contype": "'c'",
                "conrelid": str(table.oid), "conbin": quote_literal(f"({check.text})"),
            }  # fmt: skip
        for index in table.indexes:
            if index.constraint:
                yield {
                    **common, "oid": str(index.oid + 1), "conname": quote_literal(index.name),
                    "contype": "'p'" if index.primary else "'u'", "conrelid": str(table.oid),
                    "conindid": str(index.oid), "conkey": _list(index.columns), "connoinherit": "true",
                }  # fmt: skip


def _index(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        for index in table.indexes:
            yield {
                "indexrelid": str(index.oid), "indrelid": str(table.oid), "indnatts": str(len(index.columns)),
                "indnkeyatts": str(len(index.columns)), "indisunique": _bool(index.unique),
                "indisprimary": _bool(index.primary), "indimmediate": "true", "indisvalid": "true", "indisready": "true",
                "indislive": "true", "indkey": _list(index.columns), "indoption": _list([0] * len(index.columns)),
            }  # fmt: skip


def _tables(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        yield {
            "schemaname": quote_literal(schema.name), "tablename": quote_literal(table.name),
            "hasindexes": _bool(table.indexes), "hasrules": "false", "hastriggers": "false", "rowsecurity": "false",
        }  # fmt: skip


def _information_tables(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        yield {
            "table_catalog": quote_literal(catalog.database), "table_schema": quote_literal(schema.name),
            "table_name": quote_literal(table.name), "table_type": "'LOCAL TEMPORARY'", "is_insertable_into": "'YES'",
            "is_typed": "'NO'", "commit_action": "NULL",
        }  # fmt: skip


def _information_columns(catalog: Catalog, schema: TempSchema, role: int) -> Iterator[dict[str, str]]:
    for table in schema.tables.values():
        for column in table.columns:
            kind = catalog.base_type(column.row.type_oid)
            text = _default_text(table, column.row, column.default_text, column.counter)
            yield {
                "table_catalog": quote_literal(catalog.database), "table_schema": quote_literal(schema.name),
                "table_name": quote_literal(table.name), "column_name": quote_literal(column.row.name),
                "ordinal_position": str(column.row.attnum), "is_nullable": "'NO'" if column.row.not_null else "'YES'",
                "column_default": quote_literal(text) if text else "NULL",
                "data_type": quote_literal(_data_type(kind.name, kind.oid)), "udt_catalog": quote_literal(catalog.database),
                "udt_schema": quote_literal(catalog.namespaces.get(kind.namespace, "")), "udt_name": quote_literal(kind.name),
                "dtd_identifier": quote_literal(str(column.row.attnum)), "is_updatable": "'YES'", "is_self_referencing": "'NO'",
                "is_identity": "'YES'" if column.counter in ("always", "by default") else "'NO'", "is_generated": "'NEVER'",
                "character_maximum_length": str(column.row.typmod - 4) if kind.oid in (1042, 1043) and column.row.typmod > 4 else "NULL",
            }  # fmt: skip


def _data_type(name: str, oid: int) -> str:
    from proxy.sql.analyse.types import SPELLED

    return "ARRAY" if name.startswith("_") else SPELLED.get(oid, name)


def _definitions(schema: TempSchema) -> Iterator[tuple[str, int, bool, str]]:
    """(kind, OID, whether for reading, text)."""
    for table in schema.tables.values():
        names = {column.row.attnum: quote_name_plain(column.row.name) for column in table.columns}
        for check in table.checks:
            yield "constraintdef", check.oid, False, f"CHECK (({check.text}))"
            yield "constraintdef", check.oid, True, f"CHECK ({check.text})"
        for index in table.indexes:
            columns = ", ".join(names.get(number, "(expression)") for number in index.columns)
            word = "PRIMARY KEY" if index.primary else "UNIQUE"
            if index.constraint:
                yield "constraintdef", index.oid + 1, False, f"{word} ({columns})"
            unique = "UNIQUE " if index.unique else ""
            place = f"{schema.name}.{quote_name_plain(table.name)}"
            yield (
                "indexdef",
                index.oid,
                False,
                f"CREATE {unique}INDEX {quote_name_plain(index.name)} ON {place} USING btree ({columns})",
            )


def quote_name_plain(name: str) -> str:
    """A name as Postgres prints it."""
    return name if name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() else quote_name(name)


def _bool(value: object) -> str:
    return "true" if value else "false"


def _one(value: object) -> str:
    return "1" if value else "0"


def _list(numbers: Sequence[int]) -> str:
    return "[" + ", ".join(map(str, numbers)) + "]"


_ENTRIES = {
    "pg_namespace": _namespace, "pg_class": _class, "pg_attribute": _attribute, "pg_attrdef": _attrdef,
    "pg_constraint": _constraint, "pg_index": _index, "pg_tables": _tables, "tables": _information_tables,
    "columns": _information_columns,
}  # fmt: skip
