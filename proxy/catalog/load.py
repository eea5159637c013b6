"""`catalog.duckdb` of a release → `Catalog` in memory.

The only reader of the catalog file besides the engine. Finds the columns it needs through the snapshot's own pg_attribute, so a
source of another version loads as well. Refuses to know roles: what a role may see is `visible.py`'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from proxy.catalog.collations import collations
from proxy.catalog.model import CastRow, Catalog, ColumnRow, OperatorRow, ProcRow, RelationRow, TypeRow
from synth.release.manifest import CATALOG, REPLICA

# Fixed OIDs of the relations that describe all others (src/include/catalog of every supported version).
PG_ATTRIBUTE, PG_CLASS = 1249, 1259
Row = dict[str, Any]


class Reader:
    """Reads system relations by their own column names."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        numbers = self._attribute_numbers()
        self.columns: dict[int, list[tuple[str, int]]] = defaultdict(list)
        query = (
            f"SELECT c{numbers['attrelid']}, c{numbers['attname']}, c{numbers['attnum']} FROM t{PG_ATTRIBUTE} "
            f"WHERE c{numbers['attnum']} > 0 AND NOT c{numbers['attisdropped']} ORDER BY 1, 3"
        )
        for relation, name, number in connection.execute(query).fetchall():
            self.columns[relation].append((name, number))
        self.oids = {
            row["relname"]: row["oid"]
            for row in self.rows(PG_CLASS, "oid", "relname", "relnamespace")
            if row["relnamespace"] == 11
        }

    def _attribute_numbers(self) -> dict[str, int]:
        """attrelid, attname and the rest of pg_attribute's own columns; their order differs between versions."""
        described = self.connection.execute(f"DESCRIBE t{PG_ATTRIBUTE}").fetchall()
        width = {name: kind for name, kind, *_ in described}
        attnum = next(
            number for number in range(3, len(width) + 1)
            if width.get(f"c{number}") == "SMALLINT" and self._is_attnum(number)
        )  # fmt: skip
        found = self.connection.execute(
            f"SELECT c2, c{attnum} FROM t{PG_ATTRIBUTE} WHERE c1 = {PG_ATTRIBUTE} AND c{attnum} > 0"
        ).fetchall()
        return dict(found)

    def _is_attnum(self, number: int) -> bool:
        """The column numbered n holds n for the row that describes itself as `attnum`."""
        found = self.connection.execute(
            f"SELECT c{number} FROM t{PG_ATTRIBUTE} WHERE c1 = {PG_ATTRIBUTE} AND c2 = 'attnum'"
        ).fetchone()
        return found is not None and found[0] == number

    def rows(self, relation: int | str, *names: str) -> list[Row]:
        """Rows of a system relation as dicts of the columns named; one the source's version lacks is left out."""
        oid = relation if isinstance(relation, int) else self.oids[relation]
        numbers = dict(self.columns[oid])
        present = [name for name in names if name in numbers]
        targets = ", ".join(f"c{numbers[name]}" for name in present)
        found = self.connection.execute(f"SELECT {targets} FROM t{oid}").fetchall()
        return [dict(zip(present, row)) for row in found]


def load_catalog(release: Path) -> Catalog:
    """The catalog of a release folder. Raises duckdb.IOException where the file is missing or damaged."""
    with (
        duckdb.connect(str(release / CATALOG), read_only=True) as connection,
        duckdb.connect(str(release / REPLICA), read_only=True) as replica,
    ):
        return catalog_of(connection, replica)


def catalog_of(connection: duckdb.DuckDBPyConnection, replica: duckdb.DuckDBPyConnection) -> Catalog:
    """The catalog in two open databases in the release's form, wherever they are."""
    reader = Reader(connection)
    stored = _stored(connection, replica)
    views = dict(connection.execute("SELECT oid, def FROM pgd_def WHERE kind = 'viewsql'").fetchall())
    settings = {row["name"].lower(): row["setting"] for row in reader.rows("pg_settings", "name", "setting")}
    (database,) = reader.rows(
        "pg_database",
        "datname",
        "datlocprovider",
        "datcollate",
        "datlocale",
        "daticulocale",
        "daticurules",
        "datcollversion",
    )
    known = reader.rows(
        "pg_collation", "oid", "collname", "collprovider", "collisdeterministic", "collcollate", "colllocale", "colliculocale",
        "collicurules", "collversion",
    )  # fmt: skip
    return Catalog(
        types=_types(reader),
        procs=_procs(reader),
        operators=_operators(reader),
        casts=_casts(reader),
        relations=_relations(reader, stored, views),
        namespaces={row["oid"]: row["nspname"] for row in reader.rows("pg_namespace", "oid", "nspname")},
        roles={row["oid"]: row["rolname"] for row in reader.rows("pg_roles", "oid", "rolname")},
        collations={row["oid"]: row["collname"] for row in known},
        ordered_by=collations(known, database),
        text_search={
            3734: {
                row["oid"]: (row["cfgnamespace"], row["cfgname"])
                for row in reader.rows("pg_ts_config", "oid", "cfgnamespace", "cfgname")
            },
            3769: {
                row["oid"]: (row["dictnamespace"], row["dictname"])
                for row in reader.rows("pg_ts_dict", "oid", "dictnamespace", "dictname")
            },
        },
        settings=settings,
        database=database["datname"],
        server_version=settings["server_version"],
        version_text=next(iter(connection.execute("SELECT def FROM pgd_def WHERE kind = 'version'").fetchall()), ("",))[
            0
        ],
        primary_keys={
            row["conrelid"]: tuple(row["conkey"])
            for row in reader.rows("pg_constraint", "conrelid", "contype", "conkey")
            if row["contype"] == "p"
        },
        partition_roots=_partition_roots(reader),
        leaves=_leaves(reader),
        heirs=_heirs(reader),
        ranges={
            row["rngtypid"]: (row["rngsubtype"], row.get("rngmultitypid", 0))
            for row in reader.rows("pg_range", "rngtypid", "rngsubtype", "rngmultitypid")
        },
    ).index()


def _heirs(reader: Reader) -> dict[int, tuple[int, ...]]:
    """The tables whose rows a query on a table reads besides its own: children, theirs and so on, each once."""
    return _descendants(reader, partitions=False)


def _leaves(reader: Reader) -> dict[int, tuple[int, ...]]:
    """The partitions below a partitioned table that are not partitioned themselves."""
    below = _descendants(reader, partitions=True)
    partitioned = {row["oid"] for row in reader.rows("pg_class", "oid", "relkind") if row["relkind"] == "p"}
    return {oid: tuple(one for one in below.get(oid, ()) if one not in partitioned) for oid in partitioned}


def _descendants(reader: Reader, *, partitions: bool) -> dict[int, tuple[int, ...]]:
    known = {row["oid"] for row in reader.rows("pg_class", "oid", "relispartition") if row["relispartition"]}
    children: dict[int, list[int]] = defaultdict(list)
    for row in reader.rows("pg_inherits", "inhrelid", "inhparent"):
        if (row["inhrelid"] in known) == partitions:
            children[row["inhparent"]].append(row["inhrelid"])

    def below(oid: int) -> dict[int, None]:
        found: dict[int, None] = {}
        for child in children.get(oid, ()):
            found |= {child: None} | below(child)
        return found

    return {oid: tuple(below(oid)) for oid in list(children)}


def _partition_roots(reader: Reader) -> dict[int, int]:
    """The root above every partition, however deep."""
    partitions = {row["oid"] for row in reader.rows("pg_class", "oid", "relispartition") if row["relispartition"]}
    parents = {
        row["inhrelid"]: row["inhparent"]
        for row in reader.rows("pg_inherits", "inhrelid", "inhparent")
        if row["inhrelid"] in partitions
    }

    def root(oid: int) -> int:
        return root(parents[oid]) if oid in parents else oid

    return {oid: root(oid) for oid in parents}


def _stored(
    connection: duckdb.DuckDBPyConnection, replica: duckdb.DuckDBPyConnection
) -> dict[int, tuple[str, dict[int, str]]]:
    """relation oid -> (file, {attnum: DuckDB type}) of what the two databases hold."""
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()"
    found = {name: ("catalog", kinds) for name, kinds in _columns(connection.execute(query).fetchall()).items()}
    for name, kinds in _columns(replica.execute(query).fetchall()).items():
        found[name] = ("replica", kinds)
    return found


def _columns(rows: list[tuple[Any, ...]]) -> dict[int, dict[int, str]]:
    tables: dict[int, dict[int, str]] = defaultdict(dict)
    for table, column, kind in rows:
        if table.startswith("t") and table[1:].isdigit():
            tables[int(table[1:])][int(column[1:])] = kind
    return tables


def _types(reader: Reader) -> dict[int, TypeRow]:
    labels: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for row in reader.rows("pg_enum", "enumtypid", "enumsortorder", "enumlabel"):
        labels[row["enumtypid"]].append((row["enumsortorder"], row["enumlabel"]))
    rows = reader.rows(
        "pg_type", "oid", "typname", "typnamespace", "typlen", "typtype", "typcategory", "typispreferred", "typdelim",
        "typrelid", "typelem", "typarray", "typbasetype", "typtypmod", "typnotnull", "typcollation", "typsubscript",
    )  # fmt: skip
    array_subscript = {
        row["oid"] for row in reader.rows("pg_proc", "oid", "proname") if row["proname"] == "array_subscript_handler"
    }
    return {
        row["oid"]: TypeRow(
            oid=row["oid"], name=row["typname"], namespace=row["typnamespace"], length=row["typlen"],
            kind=row["typtype"], category=row["typcategory"], preferred=row["typispreferred"],
            delimiter=row["typdelim"], relation=row["typrelid"], element=row["typelem"], array=row["typarray"],
            base=row["typbasetype"], typmod=row["typtypmod"], not_null=row["typnotnull"], collation=row["typcollation"],
            is_true_array=_is_array(row, array_subscript),
            enum_labels=tuple(label for _, label in sorted(labels.get(row["oid"], ()))),
        )
        for row in rows
    }  # fmt: skip


def _is_array(row: Row, array_subscript: set[int]) -> bool:
    if "typsubscript" in row:
        return row["typsubscript"] in array_subscript and row["typlen"] == -1
    return bool(row["typelem"] and row["typlen"] == -1 and row["typcategory"] == "A")


def _procs(reader: Reader) -> dict[int, ProcRow]:
    aggregates = {
        row["aggfnoid"]: (row["aggkind"], row["aggnumdirectargs"])
        for row in reader.rows("pg_aggregate", "aggfnoid", "aggkind", "aggnumdirectargs")
    }
    rows = reader.rows(
        "pg_proc", "oid", "proname", "pronamespace", "prokind", "proisstrict", "proretset", "provolatile", "provariadic",
        "pronargdefaults", "prorettype", "proargtypes", "proallargtypes", "proargmodes", "proargnames",
        "proargdefaults", "prosrc",
    )  # fmt: skip
    return {row["oid"]: _proc(row, *aggregates.get(row["oid"], ("", 0))) for row in rows}


def _proc(row: Row, agg_kind: str, direct: int) -> ProcRow:
    return ProcRow(
        oid=row["oid"], name=row["proname"], namespace=row["pronamespace"], kind=row["prokind"],
        strict=row["proisstrict"], returns_set=row["proretset"], volatility=row["provolatile"],
        variadic=row["provariadic"], defaults=row["pronargdefaults"], result=row["prorettype"],
        args=tuple(row["proargtypes"] or ()), all_args=tuple(row["proallargtypes"] or ()),
        arg_modes=tuple(row["proargmodes"] or ()), arg_names=tuple(row["proargnames"] or ()),
        default_exprs=row["proargdefaults"] or "", agg_kind=agg_kind, agg_direct_args=direct,
        source=row["prosrc"] or "",
    )  # fmt: skip


def _operators(reader: Reader) -> dict[int, OperatorRow]:
    rows = reader.rows(
        "pg_operator", "oid", "oprname", "oprnamespace", "oprkind", "oprleft", "oprright", "oprresult", "oprcode",
        "oprcom", "oprnegate",
    )  # fmt: skip
    return {
        row["oid"]: OperatorRow(
            oid=row["oid"], name=row["oprname"], namespace=row["oprnamespace"], kind=row["oprkind"],
            left=row["oprleft"], right=row["oprright"], result=row["oprresult"], proc=row["oprcode"],
            commutator=row["oprcom"], negator=row["oprnegate"],
        )
        for row in rows
    }  # fmt: skip


def _casts(reader: Reader) -> dict[tuple[int, int], CastRow]:
    rows = reader.rows("pg_cast", "castsource", "casttarget", "castfunc", "castcontext", "castmethod")
    return {
        (row["castsource"], row["casttarget"]): CastRow(
            row["castsource"], row["casttarget"], row["castfunc"], row["castcontext"], row["castmethod"]
        )
        for row in rows
    }


def _relations(
    reader: Reader, stored: dict[int, tuple[str, dict[int, str]]], views: dict[int, str]
) -> dict[int, RelationRow]:
    columns: dict[int, list[ColumnRow]] = defaultdict(list)
    attributes = reader.rows(
        "pg_attribute", "attrelid", "attname", "attnum", "atttypid", "atttypmod", "attcollation", "attnotnull",
        "attisdropped", "attgenerated",
    )  # fmt: skip
    for row in sorted(attributes, key=lambda row: int(row["attnum"])):
        if row["attnum"] > 0 and not row["attisdropped"]:
            _, kinds = stored.get(row["attrelid"], ("", {}))
            columns[row["attrelid"]].append(
                ColumnRow(
                    row["attnum"], row["attname"], row["atttypid"], row["atttypmod"], row["attcollation"],
                    row["attnotnull"], kinds.get(row["attnum"], ""), row.get("attgenerated", "") not in ("", "\0"),
                )
            )  # fmt: skip
    relations = {}
    for row in reader.rows("pg_class", "oid", "relname", "relnamespace", "relkind"):
        oid = row["oid"]
        relations[oid] = RelationRow(
            oid, row["relname"], row["relnamespace"], row["relkind"], tuple(columns.get(oid, ())),
            stored.get(oid, ("", {}))[0], views.get(oid, ""),
        )  # fmt: skip
    return relations
