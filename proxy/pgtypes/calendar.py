"""Days and microseconds since 1970: the proleptic Gregorian calendar, rounding, and the ranges of Postgres' types.

Pure arithmetic; refuses to know text and time zones. Facts: src/include/datatype/timestamp.h; the engine marks
infinity with the largest number of a column's type and its negation.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

DAY_US = 86_400_000_000
INFINITY_DATE = 2**31 - 1
INFINITY_TIMESTAMP = 2**63 - 1
FIRST_DAY = -2_440_588  # 4714-11-24 BC
LAST_DATE = 2_145_042_905  # 5874897-12-31
LAST_TIMESTAMP_US = 9_224_318_015_999_999_999  # 294276-12-31 23:59:59.999999


def round_half_even(number: Decimal) -> int:
    """rint()."""
    return int(number.to_integral_value(ROUND_HALF_EVEN))


def round_us(micros: int, typmod: int) -> int:
    """A precision of 0..6 digits; half away from zero. Infinity stays."""
    if not 0 <= typmod < 6 or abs(micros) == INFINITY_TIMESTAMP:
        return micros
    unit: int = 10 ** (6 - typmod)
    rounded = (abs(micros) + unit // 2) // unit * unit
    return rounded if micros >= 0 else -rounded


def civil(days: int) -> tuple[int, int, int]:
    """Year (0 is 1 BC), month and day of a day number since 1970, in the proleptic Gregorian calendar."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date; the inverse of `civil`."""
    year -= month <= 2
    era, of_era_year = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era_year * 365 + of_era_year // 4 - of_era_year // 100 + of_year - 719_468


def month_days(year: int, month: int) -> int:
    """Length of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
