"""Puts the `pgf_` functions and macros into a DuckDB instance. The list of families is here; what they do is theirs."""

from __future__ import annotations

import duckdb

from proxy.engine.functions import (
    arrays,
    binary,
    dates,
    degrees,
    failing,
    float_totals,
    floats,
    formatting,
    json_access,
    jsonb,
    macros,
    names,
    number_reading,
    numeric,
    numeric_casts,
    numeric_powers,
    numeric_totals,
    numeric_wholes,
    picture,
    privileges,
    ranges,
    reading,
    regex,
    strings,
)
from proxy.engine.functions.udf import REGISTRY, install_functions

FAMILIES = (
    arrays, binary, dates, degrees, failing, float_totals, floats, formatting, json_access, jsonb, names, number_reading, numeric,
    numeric_casts, numeric_powers,
    numeric_totals, numeric_wholes, picture, privileges, ranges, reading, regex, strings,
)  # fmt: skip


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every `pgf_` function and macro. Call once an instance, before its configuration is locked."""
    install_functions(connection)
    for statement in macros.STATEMENTS:
        connection.execute(statement)


def installed_names() -> frozenset[str]:
    """Every name that `install` creates."""
    return frozenset(REGISTRY) | macros.NAMES
