"""Which functions cannot be computed without a collation, and what Postgres says where none is determined.

Refuses to know how collations are derived. Facts: check_collation_set in varlena.c, and its like in like_match.c, regc_pg_locale.c,
pg_locale.c and varchar.c under src/backend: by name of the function. Postgres says so when it computes one, the double before.
"""

from __future__ import annotations

import re
from functools import cache

from proxy.catalog.model import Catalog, ProcRow
from proxy.catalog.versions import Since
from proxy.sql.analyse.errors import IndeterminateCollation

COMPARISON, HASHING = "string comparison", "string hashing"
TEXT = 25
_KINDS = "(text|bpchar|name)"
# what a function compares or looks for -> the names of those that do
_ASKING = {
    COMPARISON: re.compile(
        rf"(bt)?{_KINDS}_?(eq|ne|lt|le|gt|ge|larger|smaller|cmp)(name|text)?|max|min|mode|percentile_disc|rank|dense_rank|percent_rank|"
        "cume_dist|strpos|position|replace|split_part|string_to_(array|table)|starts_with|width_bucket|(btarray|array_)(eq|ne|lt|le|gt|ge|"
        "larger|smaller|cmp)|array(overlap|contains|contained)|array_(positions?|remove|replace|sort)"
    ),
    HASHING: re.compile("hash(text|bpchar)(extended)?"),
    "regular expression": re.compile(rf"{_KINDS}(ic)?regex(eq|ne)|regexp_\w+|substring"),
    "ILIKE": re.compile(rf"{_KINDS}icn?like"),
    "LIKE": re.compile(rf"{_KINDS}n?like"),
    "lower() function": re.compile("lower"),
    "upper() function": re.compile("upper"),
    "initcap() function": re.compile("initcap"),
}


def indeterminate(purpose: str) -> IndeterminateCollation:
    """The error of something that asks for a collation where there is none."""
    return IndeterminateCollation(
        f"could not determine which collation to use for {purpose}",
        hint="Use the COLLATE clause to set the collation explicitly.",
    )


def require_determined(proc: ProcRow, catalog: Catalog) -> None:
    """Raises IndeterminateCollation for a function that asks for one."""
    purpose = _purpose(proc.name)
    is_pattern = proc.name != "substring" or proc.args[1:2] == (TEXT,)
    is_asked = purpose != "LIKE" or catalog.has(Since.LIKE_COLLATED)
    if purpose and is_pattern and is_asked:
        raise indeterminate(purpose)


@cache
def _purpose(name: str) -> str:
    return next((purpose for purpose, names in _ASKING.items() if names.fullmatch(name)), "")
