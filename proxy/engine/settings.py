"""DuckDB's settings for a serving instance: one table, applied in order, the lock last.

Refuses to know releases and roles. Facts: DuckDB 2.0's configuration reference; what was measured of it stands in the comments.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

# Options a session's cursor may still set after the lock.
SESSION_OPTIONS = ("timezone", "max_execution_time", "operator_memory_limit")
# Levels of nesting that the parser and the binder take; the threads that run them have stacks for that.
EXPRESSION_DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Resources of one instance. memory and temp are DuckDB sizes ('2GB'); threads counts DuckDB's own. temporary_bytes: what the
    temporary tables of one session may take; they count against memory, and beyond it against temp."""

    memory: str = "2GB"
    temp: str = "4GB"
    threads: int = 2
    temporary_bytes: int = 1 << 30


def settings_table(limits: EngineLimits) -> tuple[tuple[str, str], ...]:
    """(name, SQL value) in the order of application."""
    return (
        ("TimeZone", "'UTC'"),
        ("threads", str(limits.threads)),
        ("memory_limit", f"'{limits.memory}'"),
        ("max_temp_directory_size", f"'{limits.temp}'"),
        ("max_expression_depth", str(EXPRESSION_DEPTH)),
        ("integer_division", "true"),
        # NULLS FIRST/LAST is always written out by the compiler; the default only serves hand-written macros.
        ("default_null_order", "'postgres'"),
        ("preserve_insertion_order", "true"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("python_enable_replacements", "false"),
        ("enable_external_access", "false"),
        ("allowed_configs", "[" + ", ".join(f"'{name}'" for name in SESSION_OPTIONS) + "]"),
        ("lock_configuration", "true"),
    )


def apply_settings(connection: duckdb.DuckDBPyConnection, limits: EngineLimits) -> None:
    """Apply the table; files must have been attached before, since external access goes off here for good."""
    for name, value in settings_table(limits):
        connection.execute(f"SET GLOBAL {name} = {value}")
