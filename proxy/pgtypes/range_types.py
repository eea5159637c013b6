"""Range types, Postgres' own and the source's: what each is of, and how its values are read and ordered.

Refuses to know intervals (`ranges.py`). Facts: src/include/catalog/pg_range.dat; the discrete ones have a canonical form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from proxy.pgtypes.calendar import LAST_DATE
from proxy.pgtypes.codec import Codec, Input, Raw
from proxy.pgtypes.datetime_input import read_date, read_timestamp
from proxy.pgtypes.datetimes import Date, Timestamp
from proxy.pgtypes.errors import DatetimeOverflow, NumericOutOfRange
from proxy.pgtypes.integers import Integer
from proxy.pgtypes.numeric import Numeric
from proxy.pgtypes.ranges import Subtype

_INT4, _INT8, _NUMERIC = Integer("integer", 4), Integer("bigint", 8), Numeric("numeric")
# The order of what is no number.
SPECIAL = {"-Infinity": -1, "Infinity": 1, "NaN": 2}


def _whole(codec: Codec, oid: int, largest: int) -> Subtype:
    return Subtype(oid, codec, lambda text, context: int(codec.read(text, context)), lambda raw: raw,
                   last=(largest, NumericOutOfRange, f"{codec.name} out of range"))  # fmt: skip


def _numeric_key(raw: Raw) -> Any:
    return (SPECIAL[raw], Decimal(0)) if raw in SPECIAL else (0, Decimal(raw))


def _timestamp(text: str, context: Input) -> Raw:
    return read_timestamp(text, context.settings, zoned=False)


def _instant(text: str, context: Input) -> Raw:
    return read_timestamp(text, context.settings, zoned=True)


SUBTYPES: dict[int, Subtype] = {
    23: _whole(_INT4, 23, 2**31 - 1),
    20: _whole(_INT8, 20, 2**63 - 1),
    1700: Subtype(1700, _NUMERIC, _NUMERIC.read, _numeric_key),
    1082: Subtype(
        1082,
        Date("date"),
        lambda text, context: read_date(text, context.settings),
        lambda raw: raw,
        last=(LAST_DATE, DatetimeOverflow, "date out of range"),
    ),
    1114: Subtype(1114, Timestamp("timestamp", zoned=False), _timestamp, lambda raw: raw),
    1184: Subtype(1184, Timestamp("timestamp with time zone", zoned=True), _instant, lambda raw: raw),
}
KEYS: dict[int, Callable[[Raw], Any]] = {
    **dict.fromkeys((17, 20, 21, 23, 26, 1082, 1083, 1114, 1184, 2950), lambda raw: raw),
    **dict.fromkeys((700, 701), lambda raw: (math.isnan(raw), raw)),
    1700: _numeric_key,
}
"""What a value sorts as, of types that order all alike, whatever the collation."""


def continuous(oid: int, codec: Codec) -> Subtype | None:
    """What a range type of the source's own is of: it has no canonical form. None where the order of the values is not known here."""
    key = KEYS.get(oid)
    return key and Subtype(oid, codec, lambda text, context: codec.parsed(codec.read(text, context), context), key)


# name, subtype, OIDs of the range, its array, the multirange and its array
BUILT_IN_RANGES = (
    ("int4", 23, 3904, 3905, 4451, 6150), ("num", 1700, 3906, 3907, 4532, 6151), ("ts", 1114, 3908, 3909, 4533, 6152),
    ("tstz", 1184, 3910, 3911, 4534, 6153), ("date", 1082, 3912, 3913, 4535, 6155), ("int8", 20, 3926, 3927, 4536, 6157),
)  # fmt: skip
