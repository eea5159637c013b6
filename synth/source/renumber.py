"""The source's OIDs → numbers of our own, dense and in the same order.

Rows that were stored out of line take their OIDs from the counter that tables take theirs from, so that the gaps between the OIDs of two
tables count rows. Pure; refuses to know what a release does with them. Facts: src/backend/access/transam/varsup.c (GetNewObjectId),
toast_internals.c, trigger and toast table names in src/backend/commands and catalog/toasting.c.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from synth.source.catalog import FIRST_NORMAL_OID, CatalogSnapshot, Shared, SystemColumn, SystemRelation
from synth.source.schema import Schema

OID_LISTS = ("oidvector", "_oid")
# Fields of the schema's values that hold an OID.
SCHEMA_FIELDS = frozenset({"oid", "target", "parent", "type_oid", "base_oid", "element_oid"})
# Names that Postgres itself makes of an OID: (relation or '', column) -> pattern whose group is the OID.
NAMES = {
    ("pg_class", "relname"): re.compile(r"^pg_toast_(\d+)(?:_index)?$"),
    ("pg_trigger", "tgname"): re.compile(r"^RI_ConstraintTrigger_[ac]_(\d+)$"),
    ("pg_constraint", "conname"): re.compile(r"^\d+_(\d+)_\d+_not_null$"),
    ("", "constraint_name"): re.compile(r"^\d+_(\d+)_\d+_not_null$"),
    ("", "specific_name"): re.compile(r"_(\d+)$"),
    ("element_types", "object_name"): re.compile(r"_(\d+)$"),
}


@dataclass(frozen=True, slots=True)
class Renumbering:
    """number: our number by the source's OID; what initdb made keeps its own."""

    number: Mapping[int, int]

    @property
    def original(self) -> dict[int, int]:
        """The source's OID by our number."""
        return {ours: theirs for theirs, ours in self.number.items()}

    def catalog(self, snapshot: CatalogSnapshot) -> CatalogSnapshot:
        """The snapshot in our numbers."""
        definitions = tuple(replace(row, oid=self.number.get(row.oid, row.oid)) for row in snapshot.definitions)
        return replace(
            snapshot, relations=tuple(self._relation(one) for one in snapshot.relations), definitions=definitions
        )

    def schema(self, schema: Schema) -> Schema:
        """The schema in our numbers."""
        tables = {self.number.get(oid, oid): self._value(table) for oid, table in schema.tables.items()}
        unread = {self.number.get(oid, oid): name for oid, name in schema.unread.items()}
        return replace(schema, tables=tables, unread=unread)

    def _relation(self, relation: SystemRelation) -> SystemRelation:
        changes = [self._change(relation.name, column) for column in relation.columns]
        if not any(changes):
            return relation
        shared = Shared()
        rows = [
            shared.row(text if change is None or text is None else change(text) for change, text in zip(changes, row))
            for row in relation.rows
        ]
        return replace(relation, rows=rows)

    def _change(self, relation: str, column: SystemColumn) -> Any:
        if _is_oid(column):
            return lambda text: str(self.number.get(int(text), int(text)))
        if column.type_name in OID_LISTS:
            return lambda text: json.dumps([self.number.get(each, each) for each in json.loads(text)])
        pattern = NAMES.get((relation, column.name)) or NAMES.get(("", column.name))
        return (lambda text: self._name(pattern, text)) if pattern is not None else None

    def _name(self, pattern: re.Pattern[str], text: str) -> str:
        found = pattern.search(text)
        if found is None:
            return text
        number = self.number.get(int(found[1]), int(found[1]))
        return text[: found.start(1)] + str(number) + text[found.end(1) :]

    def _value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._value(item) for item in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {
            field.name: self.number.get(held, held) if field.name in SCHEMA_FIELDS else self._value(held)
            for field in fields(value)
            for held in (getattr(value, field.name),)
        }
        return replace(value, **changed)


def renumbering(snapshot: CatalogSnapshot) -> Renumbering:
    """Dense numbers from 16384 on for every OID of the snapshot that initdb did not make."""
    known = sorted({oid for oid in _oids(snapshot) if oid >= FIRST_NORMAL_OID})
    return Renumbering({oid: FIRST_NORMAL_OID + place for place, oid in enumerate(known)})


def _oids(snapshot: CatalogSnapshot) -> Iterator[int]:
    yield from (row.oid for row in snapshot.definitions)
    for relation in snapshot.relations:
        for place, column in enumerate(relation.columns):
            texts: Iterable[str] = (text for row in relation.rows if (text := row[place]) is not None)
            if _is_oid(column):
                yield from map(int, texts)
            elif column.type_name in OID_LISTS:
                yield from (oid for text in texts for oid in json.loads(text))


def _is_oid(column: SystemColumn) -> bool:
    return column.type_name == "oid" or column.type_name.startswith("reg")
