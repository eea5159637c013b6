"""How a value of a Postgres type is stored in DuckDB: one row a type, by OID (OIDs below 16384 are fixed by Postgres).

Part of the release's format: the writer declares columns by it, the compiler types constants and casts by it.
Types without a row of their own (ranges, inet, tsvector, composites, ...) are stored as Postgres prints them.
"""

from __future__ import annotations

VARCHAR = "VARCHAR"

NUMERIC = 1700
MAX_DECIMAL_DIGITS = 38

_STORAGE: dict[int, str] = {
    16: "BOOLEAN",
    17: "BLOB",
    18: VARCHAR,  # "char"
    19: VARCHAR,  # name
    20: "BIGINT",
    21: "SMALLINT",
    22: "SMALLINT[]",  # int2vector
    23: "INTEGER",
    24: "UINTEGER",  # regproc; reg* are stored as OIDs, printed as names
    25: VARCHAR,  # text
    26: "UINTEGER",  # oid
    28: "UINTEGER",  # xid
    29: "UINTEGER",  # cid
    30: "UINTEGER[]",  # oidvector
    114: VARCHAR,  # json
    700: "FLOAT",
    701: "DOUBLE",
    1042: VARCHAR,  # bpchar, padded with blanks to its length
    1043: VARCHAR,  # varchar
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMPTZ",
    1186: "INTERVAL",
    2202: "UINTEGER",  # regprocedure
    2203: "UINTEGER",  # regoper
    2204: "UINTEGER",  # regoperator
    2205: "UINTEGER",  # regclass
    2206: "UINTEGER",  # regtype
    2950: "UUID",
    3734: "UINTEGER",  # regconfig
    3769: "UINTEGER",  # regdictionary
    3802: VARCHAR,  # jsonb, as Postgres prints it
    4089: "UINTEGER",  # regnamespace
    4096: "UINTEGER",  # regrole
    4191: "UINTEGER",  # regcollation
}


def numeric_storage(typmod: int) -> str:
    """DECIMAL(p,s) for numeric(p<=38, 0<=s<=p); every other numeric is stored as the text Postgres prints."""
    if typmod < 4:
        return VARCHAR
    precision = ((typmod - 4) >> 16) & 0xFFFF
    scale = (typmod - 4) & 0x7FF
    if scale >= 1024 or scale > precision or precision > MAX_DECIMAL_DIGITS:
        return VARCHAR
    return f"DECIMAL({precision},{scale})"


def scalar_storage(base_oid: int, typmod: int = -1) -> str:
    """DuckDB type of a scalar. base_oid: a domain's base type, never the domain; enums are stored as their labels."""
    if base_oid == NUMERIC:
        return numeric_storage(typmod)
    return _STORAGE.get(base_oid, VARCHAR)


def storage_type(base_oid: int, typmod: int = -1, element_oid: int = 0) -> str:
    """DuckDB type of a column. element_oid: base element type where the type is a true array, else 0."""
    if element_oid:
        return scalar_storage(element_oid, typmod) + "[]"
    return scalar_storage(base_oid, typmod)
