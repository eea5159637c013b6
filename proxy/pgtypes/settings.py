"""The session settings that values are printed and read under: DateStyle, IntervalStyle, TimeZone, bytea_output, ….

Plain frozen values with Postgres' defaults; refuses to know where a session keeps them. Facts: PostgreSQL's
documentation, "Client Connection Defaults", and src/backend/commands/variable.c for how DateStyle's two halves are
written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from proxy.catalog.versions import NEWEST

RegLookup = Callable[[int, str], int]


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What output functions depend on. date_style is as SHOW prints it (`ISO, MDY`); interval_style likewise.

    search_path: namespace OIDs, pg_catalog included: what they hide prints with its schema.
    """

    date_style: str = "ISO, MDY"
    interval_style: str = "postgres"
    timezone: str = "UTC"
    bytea_output: str = "hex"
    extra_float_digits: int = 1
    search_path: tuple[int, ...] = (11, 2200)

    @property
    def style(self) -> str:
        """ISO, SQL, Postgres or German, in lower case."""
        return style_and_order(self.date_style)[0]

    @property
    def order(self) -> str:
        """mdy, dmy or ymd."""
        return style_and_order(self.date_style)[1]


@dataclass(frozen=True, slots=True)
class InputSettings:
    """What input functions depend on.

    now: the transaction's start with a time zone, for 'now' and 'today'; None where a statement must not depend on it.
    search_path: namespace OIDs in which reg* names are looked for, pg_catalog included. version: the source's server_version_num.
    """

    date_style: str = "ISO, MDY"
    interval_style: str = "postgres"
    timezone: str = "UTC"
    now: datetime | None = None
    search_path: tuple[int, ...] = (11, 2200)
    version: int = NEWEST

    @property
    def order(self) -> str:
        """mdy, dmy or ymd."""
        return style_and_order(self.date_style)[1]


DEFAULT_OUTPUT = OutputSettings()
DEFAULT_INPUT = InputSettings()


def style_and_order(date_style: str) -> tuple[str, str]:
    """`SQL, DMY` -> ('sql', 'dmy')."""
    words = [word.strip().lower() for word in date_style.split(",")]
    style = next((word for word in words if word in ("iso", "sql", "postgres", "german")), "iso")
    order = next((word for word in words if word in ("mdy", "dmy", "ymd")), "mdy")
    return style, order
