"""The words for parts of dates, times and intervals, as extract, date_part and date_trunc read them.

Refuses to know what the parts are. Facts: deltatktbl and datetktbl in src/backend/utils/adt/datetime.c, of whose words the first ten
characters count, in that order.
"""

from __future__ import annotations

from proxy.engine.functions.errors import PgDomainError

LENGTH = 10  # TOKMAXLEN
# DecodeUnits: what date_trunc takes as well, as far as it can be cut at.
UNITS = {
    **dict.fromkeys(("microsecon", "us", "usec", "usecs", "useconds", "usecond"), "microsecond"),
    **dict.fromkeys(("millisecon", "ms", "msec", "msecs", "mseconds", "msecond"), "millisecond"),
    **dict.fromkeys(("second", "seconds", "s", "sec", "secs"), "second"),
    **dict.fromkeys(("minute", "minutes", "m", "min", "mins"), "minute"),
    **dict.fromkeys(("hour", "hours", "h", "hr", "hrs"), "hour"), **dict.fromkeys(("day", "days", "d"), "day"),
    **dict.fromkeys(("week", "weeks", "w"), "week"), **dict.fromkeys(("month", "months", "mon", "mons"), "month"),
    **dict.fromkeys(("quarter", "qtr"), "quarter"), **dict.fromkeys(("year", "years", "y", "yr", "yrs"), "year"),
    **dict.fromkeys(("decade", "decades", "dec", "decs"), "decade"),
    **dict.fromkeys(("century", "centuries", "c", "cent"), "century"),
    **dict.fromkeys(("millennium", "millennia", "mil", "mils"), "millennium"),
    "timezone": "timezone", "timezone_h": "timezone_hour", "timezone_m": "timezone_minute",
}  # fmt: skip
# DecodeSpecial: further parts, and moments that are none.
SPECIAL = {
    **{word: word for word in ("epoch", "dow", "doy", "isodow", "isoyear")},
    **dict.fromkeys(("julian", "jd", "j"), "julian"), "mm": "minute",
}  # fmt: skip
MOMENTS = frozenset({"infinity", "+infinity", "-infinity", "allballs", "now", "today", "tomorrow", "yesterday"})
# What date_trunc cuts at -> DuckDB's word for it.
TRUNCATED = {
    **{word: word for word in ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century", "millennium")},
    "microsecond": "microseconds", "millisecond": "milliseconds",
}  # fmt: skip


def part_of(word: str) -> str:
    """The part that a word stands for, '' for none."""
    key = word.lower()[:LENGTH]
    return UNITS.get(key) or SPECIAL.get(key, "")


def no_part(word: str, kind: str) -> PgDomainError:
    """The error for a word that is no part of the type. kind: how messages name the type."""
    of_moments = kind == "date" or kind.startswith("timestamp")
    if part_of(word) or (of_moments and word.lower()[:LENGTH] in MOMENTS):
        return PgDomainError("0A000", f'unit "{word.lower()}" not supported for type {kind}')
    return PgDomainError("22023", f'unit "{word.lower()}" not recognized for type {kind}')


def cut_at(word: str, kind: str) -> str:
    """DuckDB's name of a unit that date_trunc takes."""
    unit = UNITS.get(word.lower()[:LENGTH])
    if unit is None:
        raise PgDomainError("22023", f'unit "{word.lower()}" not recognized for type {kind}')
    if unit == "week" and kind == "interval":
        detail = "Months usually have fractional weeks."
        raise PgDomainError("0A000", f'unit "{word.lower()}" not supported for type {kind}', detail)
    if unit not in TRUNCATED:
        raise PgDomainError("0A000", f'unit "{word.lower()}" not supported for type {kind}')
    return TRUNCATED[unit]
