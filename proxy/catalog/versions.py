"""What Postgres has answered otherwise since a version, beside what its catalog's rows say: one row a change.

The source's `server_version_num` decides, whatever this server was developed against. Refuses to know how each is done; who asks
`Catalog.has` does. Facts: PostgreSQL's release notes, and two servers asked the same (tests/oracle/versions.sql).
"""

from __future__ import annotations

from enum import Enum

NEWEST = 180_000  # what a catalog that does not say is taken for
# Minor releases of one day, by major version; a later major version has what they brought.
NOVEMBER_2026 = 180_006, 170_012, 160_016, 150_020


class Since(Enum):
    """(major version, or the minor ones that were given it, what it does since)."""

    INTEGER_NOTATIONS = (
        16,
        "0x1F, 0o17, 0b1 and 1_000 are numbers, in statements, in paths into json and as text of integers and numerics",
    )
    OID_NOTATIONS = 16, "0x1F and 017 are OIDs, as they have always been transaction ids"
    TRANSACTION_IDS_CHECKED = 16, "a text that is no number, or too large a one, is no xid, cid or xid8"
    SUBQUERY_WITHOUT_ALIAS = 16, "a subquery in FROM needs no alias"
    SQL_JSON = 16, "JSON_OBJECT, JSON_ARRAY, JSON_OBJECTAGG, JSON_ARRAYAGG and IS JSON are syntax"
    SYSTEM_USER = 16, "SYSTEM_USER is a keyword"
    POWER_BY_RESULT = 16, "numeric to the power of a whole number shows 16 significant digits, not 16 decimals"
    SOFT_REG_LOOKUP = 16, "to_regclass and its kin take numbers and a dash, and give NULL for what is no name"
    SCRAM_ITERATIONS_REPORTED = 16, "scram_iterations is reported to clients"
    KIND_IN_DETAIL = 16, "what cannot be opened is told by its kind in the detail, not in the message"
    LATERAL_HINTED = 16, "a table that only LATERAL could reach is told in the detail, LATERAL in the hint"
    LOST_SCHEMA_PASSED_OVER = 16, "a regclass in a schema that does not exist is told as a relation that does not"
    JSONPATH_FAULTS_SPELLED = 16, "what is wrong with a string in a path is told in the words that SQL has"
    SIZE_IN_B = 16, "B is a unit of pg_size_bytes"
    BUCKETS_BOUNDED = 16, "width_bucket of what is just inside its bounds is never the bucket outside"
    TRANSACTION_NOT_RESET = 16, "a transaction's own settings have the flag NO_RESET"
    NULL_KEY_TOLD = 16, "a NULL key of a JSON object is said to be not allowed"
    SQL_JSON_FUNCTIONS = (
        17,
        "JSON, JSON_SCALAR, JSON_SERIALIZE, JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_TABLE are syntax",
    )
    AT_LOCAL = 17, "AT LOCAL is syntax"
    INFINITE_INTERVALS = 17, "intervals may be infinite, and are checked for overflow when they are made"
    ENDLESS_RANGES_PLANNED = (
        17,
        "whether an empty or an endless constant range holds a value is known without the value",
    )
    ARRAY_BOUNDS_CHECKED = (
        17,
        "bounds in an array's text are refused where an int does not hold them, and not cut to one",
    )
    SETTINGS_SPELLED = 17, "hints spell DateStyle as SHOW does"
    JSONPATH_CONVERSIONS = 17, "paths into json know methods that convert: .integer(), .date() and so on"
    JSONPATH_ARGUMENT_TOLD = 17, "what a path's .double() cannot take is told by its text"
    FORMAT_ZONE_READ = 17, "to_timestamp reads OF and TZ, and a path's .datetime() names of zones"
    PARTS_PASSED_OVER = 17, "a part of an object that has none is no error where catalog objects are described"
    BUCKETS_EXACT = 18, "width_bucket of numerics divides without rounding"
    THOUSANDS_CHECKED = 18, "a year read by Y,YYY may not overflow, and what is none is told by its text"
    UNIT_OF_INFINITE_CHECKED = 18, "date_trunc looks at the unit, and at the zone, of an infinite moment as well"
    JSON_NULL_CAST = 18, "jsonb's null is NULL as a number or a boolean"
    LIKE_COLLATED = 18, "LIKE asks for a collation, since there may be one that is not deterministic"
    VIEWS_COPIED = 18, "COPY TO takes a materialized view"
    SEARCH_PATH_REPORTED = 18, "search_path is reported to clients"
    COPY_MARK_ALONE = 18, "`\\.` ends the data of COPY FROM in text alone, not in CSV, and on a line of its own"
    GROUPED_CONSTANT_SORTED = 18, "ORDER BY sorts by a constant of grouping sets, which is NULL in some of its rows"

    RIGHT_OF_LEAST = NOVEMBER_2026, "right() of the least integer is empty, and not the whole text"
    PICTURE_BOUNDED = NOVEMBER_2026, "an integer that V multiplies beyond its type is out of range, and does not wrap"
    DISTANCE_UNBOUNDED = (
        NOVEMBER_2026,
        "bounds of a numrange that are further apart than a float holds are so infinitely",
    )


def since(server_version_num: int, change: Since) -> bool:
    """Whether a server of that version does it."""
    brought: int | tuple[int, ...] = change.value[0]
    if isinstance(brought, int):
        return server_version_num >= brought * 10_000
    major = server_version_num // 10_000
    return major > brought[0] // 10_000 or any(
        each // 10_000 == major and server_version_num >= each for each in brought
    )
