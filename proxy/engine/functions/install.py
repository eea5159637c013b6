"""Puts the `pgf_` functions and macros into a DuckDB instance. The list of families is here; what they do is theirs."""

from __future__ import annotations

import duckdb

from proxy.engine.functions import (
    arrays,
    binary,
    date_parts,
    dates,
    degrees,
    details,
    failing,
    float_totals,
    floats,
    formatting,
    interval_totals,
    json_access,
    jsonb,
    jsonpath_calls,
    letters,
    libc,
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
    timetz,
)
from proxy.engine.functions.signals import NAME, Switch
from proxy.engine.functions.udf import REGISTRY, install_functions

FAMILIES = (
    arrays, binary, date_parts, dates, degrees, details, failing, float_totals, floats, formatting, interval_totals, json_access,
    jsonb, jsonpath_calls, letters, libc, names, number_reading, numeric, numeric_casts, numeric_powers, numeric_totals,
    numeric_wholes, picture, privileges, ranges, reading, regex, strings, timetz,
)  # fmt: skip


def install(connection: duckdb.DuckDBPyConnection) -> Switch:
    """Create every `pgf_` function and macro. Call once an instance, before its configuration is locked. Where the one calls that has an
    effect is for the caller to say."""
    install_functions(connection)
    switch = Switch()
    switch.install(connection)
    for statement in macros.STATEMENTS:
        connection.execute(statement)
    return switch


def installed_names() -> frozenset[str]:
    """Every name that `install` creates."""
    return frozenset(REGISTRY) | macros.NAMES | {NAME}
