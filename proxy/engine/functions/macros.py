"""SQL macros: what needs each argument several times and no Python.

DuckDB expands a macro where it stands, so a macro's arguments must be simple or bound by the compiler first. Refuses to know types.
"""

from __future__ import annotations

_MACROS = {
    # ANY and ALL over the list of an operator's answers, in three-valued logic
    "pgf_any(found)": "CASE WHEN found IS NULL THEN NULL WHEN list_contains(found, true) THEN true "
    "WHEN len(found) > list_count(found) THEN NULL ELSE false END",
    "pgf_all(found)": "CASE WHEN found IS NULL THEN NULL WHEN list_contains(found, false) THEN false "
    "WHEN len(found) > list_count(found) THEN NULL ELSE true END",
    # how an interval leaves the engine; date_part's hours do not stop at 24, its months do at 12
    "pgf_interval_parts(i)": "CASE WHEN i IS NULL THEN NULL ELSE struct_pack("
    "months := CAST(date_part('year', i) * 12 + date_part('month', i) AS INTEGER), days := CAST(date_part('day', i) AS INTEGER), "
    "micros := CAST(date_part('hour', i) * 3600000000 + date_part('minute', i) * 60000000 + date_part('microsecond', i) AS BIGINT)) END",
}
STATEMENTS = tuple(f"CREATE MACRO {head} AS {body}" for head, body in _MACROS.items())
NAMES = frozenset(head.split("(")[0] for head in _MACROS)
