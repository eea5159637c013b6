"""What functions did before a version changed them: templates that stand in for their rows where the source is older.

A function of the engine that looks at the version itself is given it by its row, as {version}.
Refuses to know which version the source is (`Catalog.has` does) and what the rows are now. Facts: proxy/catalog/versions.py. What an
older server computes by overflowing is refused.
"""

from __future__ import annotations

from proxy.catalog.versions import Since
from proxy.sql.lower.arithmetic import float_buckets
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import fail

_NO_DIFFERENCE = fail("22008", "cannot subtract infinite timestamps")
_REFUSED = fail("0A000", "ages of infinite timestamps are not supported by the double")
_EITHER = "CASE WHEN isinf({{0}}) OR isinf({{1}}) THEN {} ELSE {} END"
_DIFFERENCE = _EITHER.format(_NO_DIFFERENCE, "pgf_timestamp_diff(epoch_us({0}), epoch_us({1}))")
_POWER = (Since.POWER_BY_RESULT, "pgf_numeric_power_decimals({0}, {1})")
_BUCKET = "{3} * ({0} - {1}) / ({2} - {1}) + 1"
_BUCKETS = float_buckets(
    f"CASE WHEN isfinite({_BUCKET}) AND {_BUCKET} < 2147483648 THEN trunc({_BUCKET}) "
    f"ELSE {fail('0A000', 'buckets that overflow are not supported by the double')} END"
)
BEFORE: dict[str, tuple[Since, str]] = {
    "numeric_power": _POWER, "power(numeric,numeric)": _POWER, "pow(numeric,numeric)": _POWER,
    "timestamp_mi": (Since.INFINITE_INTERVALS, _DIFFERENCE), "timestamptz_mi": (Since.INFINITE_INTERVALS, _DIFFERENCE),
    "age(timestamp,timestamp)": (Since.INFINITE_INTERVALS, _EITHER.format(_REFUSED, "pgf_age(epoch_us({0}), epoch_us({1}))")),
    "make_interval(int4,int4,int4,int4,int4,int4,float8)": (
        Since.INFINITE_INTERVALS, "pgf_make_interval_wrapped({0}, {1}, {2}, {3}, {4}, {5}, {6})"),
    "width_bucket(float8,float8,float8,int4)": (Since.BUCKETS_BOUNDED, _BUCKETS),
    "right(text,int4)": (Since.RIGHT_OF_LEAST, "CASE WHEN {1} = -2147483648 THEN {0} ELSE right({0}, {1}) END"),
    "to_char(int4,text)": (Since.PICTURE_BOUNDED, "pgf_to_char_wrapped(CAST({0} AS VARCHAR), {1})"),
    "numrange_subdiff": (
        Since.DISTANCE_UNBOUNDED, "CAST(pgf_numeric_float(pgf_numeric_sub({0}, {1}), 'double precision') AS DOUBLE)"),
}  # fmt: skip


def of_version(scope: Scope, row: str) -> str:
    """A row with the source's server_version_num where it asks for that."""
    return row.replace("{version}", str(scope.catalog.version))


def older(scope: Scope, key: str) -> str:
    """The template that an older source's version needs; '' where it does what the newest does."""
    found = BEFORE.get(key)
    return found[1] if found is not None and not scope.catalog.has(found[0]) else ""
