"""What is in force while a statement is lowered: catalog, session values, and how each column in scope is represented.

Holds lookups that every family of functions needs (storage of a type, a catalog relation by name, the labels of an enum).
Refuses to print expressions. Facts: the role's catalog, and the representation each range table entry was printed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from proxy.catalog.model import Catalog, RelationRow, TypeRow
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.values import Lowered, quote_literal, quote_name
from proxy.sql.temporary import ALIAS
from synth.release.storage import NUMERIC, storage_type

PG_CATALOG = 11
TEXT_TYPES = frozenset({18, 19, 25, 705, 1042, 1043, 2275})
RECORD, BOOL = 2249, 16
FOUND = "found"  # the column that says whether an outer join found a row
TYPE_WORDS = {
    16: "boolean", 20: "bigint", 21: "smallint", 23: "integer", 700: "real", 701: "double precision",
    1042: "character", 1043: "character varying", 1083: "time without time zone", 1114: "timestamp without time zone",
    1184: "timestamp with time zone", 1266: "time with time zone", 1560: "bit", 1562: "bit varying",
}  # fmt: skip
Columns = tuple[tuple[str, int, int], ...]


@dataclass
class Scope:
    """One statement being lowered.

    outputs: (rte, column) -> how it is represented; ctes: name -> its columns'. settings: (name, value, local) of its set_config.
    system_columns: rte -> the system columns of it that are read. whole_rows: range table entries that are used as values.
    """

    catalog: Catalog
    env: LowerEnv
    outputs: dict[tuple[int, str], Lowered] = field(default_factory=dict)
    ctes: dict[str, tuple[Lowered, ...]] = field(default_factory=dict)
    settings: list[tuple[str, str, bool]] = field(default_factory=list)
    system_columns: Mapping[int, frozenset[str]] = field(default_factory=dict)
    whole_rows: frozenset[int] = frozenset()

    def fresh(self, stem: str, content: str) -> str:
        """A name for what binds `content`: different from the names inside it, and the same wherever the same is printed.

        GROUP BY and the select list must print one expression alike for the engine to see that they are one.
        """
        return f"{stem}_{blake2b(content.encode(), digest_size=6).hexdigest()}"

    def found(self, rte: int) -> ir.ColumnRef:
        """Whether an outer join found a row of this one."""
        return ir.ColumnRef(type=BOOL, rte=rte, column=FOUND)

    def base(self, oid: int) -> TypeRow:
        """The type below every domain."""
        return self.catalog.base_type(oid)

    def element(self, oid: int) -> int:
        """Base element type of a true array, else 0."""
        row = self.base(oid)
        return self.base(row.element).oid if row.is_true_array else 0

    def storage(self, oid: int, typmod: int = -1) -> str:
        """DuckDB type of a value; numerics that are not DECIMAL by their column are text, inside arrays as well."""
        row = self.base(oid)
        element = self.element(oid)
        if NUMERIC in (row.oid, element):
            typmod = -1
        return storage_type(row.oid, typmod, element)

    def signature_name(self, oid: int) -> str:
        """The name that keys function tables: pg_type.typname."""
        return self.catalog.types[oid].name

    def shown_name(self, oid: int) -> str:
        """The name Postgres' messages use."""
        row = self.catalog.types[oid]
        if not self.catalog.knows_type(oid):
            return "???"
        if row.is_true_array:
            return self.shown_name(row.element) + "[]"
        return TYPE_WORDS.get(oid, row.name)

    def is_numeric(self, oid: int) -> bool:
        """numeric, or a domain over it."""
        return self.base(oid).oid == NUMERIC

    def is_text(self, oid: int) -> bool:
        """One of the types stored as the text itself."""
        return self.base(oid).oid in TEXT_TYPES

    def is_row(self, oid: int) -> bool:
        """record or a composite type."""
        return self.base(oid).oid == RECORD or self.base(oid).kind == "c"

    def enum_labels(self, oid: int) -> str:
        """The labels in order, as a DuckDB list."""
        return "[" + ", ".join(quote_literal(label) for label in self.base(oid).enum_labels) + "]"

    def system(self, name: str) -> RelationRow:
        """A relation of pg_catalog."""
        found = self.catalog.relation_by_name.get((PG_CATALOG, name))
        if found is None:
            raise FeatureNotSupported(
                f"relation pg_catalog.{name} is not in this release", hint="Build the release again with this version."
            )
        return found

    def system_sql(self, name: str, alias: str) -> str:
        """`relation AS alias` of a relation of pg_catalog, for FROM."""
        return f"{self.env.relation_sql(self.system(name).oid)} AS {quote_name(alias)}"

    def system_column(self, name: str, column: str, alias: str) -> str:
        """alias.c<attnum> of a column of a relation of pg_catalog."""
        found = self.system(name).column(column)
        if found is None:
            raise FeatureNotSupported(
                f"column {column} of pg_catalog.{name} is not in this release",
                hint="Build the release again with this version.",
            )
        return f"{quote_name(alias)}.c{found.attnum}"

    def search_namespaces(self) -> list[int]:
        """Namespaces in the order names are looked up: pg_catalog first unless it is listed."""
        names = list(self.env.search_path)
        if "pg_catalog" not in names:
            names.insert(0, "pg_catalog")
        if (schema := self.env.temporary[0]) and not {schema, ALIAS} & {*names}:
            names.insert(0, schema)
        known = self.catalog.namespace_by_name
        return [known[name] for name in names if name in known]
