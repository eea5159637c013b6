"""A catalog without rows but for a few made-up types, and Arrow columns as the engine gives them."""

from __future__ import annotations

from proxy.catalog.model import Catalog, TypeRow

ENUM, ENUM_ARRAY, DOMAIN, CITEXT, COMPOSITE = 90_001, 90_002, 90_003, 90_004, 90_005


def type_row(oid: int, name: str = "t", kind: str = "b", **other: object) -> TypeRow:
    """A row of pg_type with harmless defaults."""
    fields: dict[str, object] = {
        "namespace": 2200,
        "length": -1,
        "category": "U",
        "preferred": False,
        "delimiter": ",",
        "relation": 0,
        "element": 0,
        "array": 0,
        "base": 0,
        "typmod": -1,
        "not_null": False,
        "collation": 0,
        "is_true_array": False,
        "enum_labels": (),
    }
    return TypeRow(oid=oid, name=name, kind=kind, **{**fields, **other})  # type: ignore[arg-type]


def catalog() -> Catalog:
    """A catalog with an enum, its array, a domain, citext and a composite."""
    rows = (
        type_row(ENUM, "mood", "e", array=ENUM_ARRAY, enum_labels=("sad", "ok", "very happy")),
        type_row(ENUM_ARRAY, "_mood", element=ENUM, is_true_array=True),
        type_row(DOMAIN, "short", "d", base=1043, typmod=9),
        type_row(CITEXT, "citext"),
        type_row(COMPOSITE, "pair", "c"),
        type_row(23, "int4"),
        type_row(1184, "timestamptz"),
    )
    return Catalog(
        types={row.oid: row for row in rows},
        procs={},
        operators={},
        casts={},
        relations={},
        namespaces={11: "pg_catalog", 2200: "public"},
        roles={10: "postgres"},
        collations={},
        settings={},
        database="test",
        server_version="18.0",
    ).index()
