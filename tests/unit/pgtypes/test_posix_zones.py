"""Time zones in POSIX form: what Postgres takes for one, and the offsets that its rules give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.posix_zones import posix_zone


def hours(zone: tzinfo | None, month: int) -> float:
    assert zone is not None
    offset = datetime(2024, month, 1, 12, tzinfo=UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("FOO3", -3, -3), ("<+03>-3", 3, 3), ("3", -3, -3), ("x-5:30", 5.5, 5.5), ("int4range", -4, -3), ("1.5", -1, -5),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 1, 2), ("CET-1CEST,J60,J300", 1, 2), ("A1B2,60,300", -1, -2),
    ],
)  # fmt: skip
def test_offsets(text: str, winter: float, summer: float) -> None:
    zone = posix_zone(text)
    assert (hours(zone, 1), hours(zone, 7)) == (winter, summer)


@pytest.mark.parametrize(
    "text", ["", "X", "FOO168", "10:61", "1,2", "1-2", "x5y,M1.6.1,M2.2.2", "x5y,366,M2.2.2", "x5;M1.1.1,M2.2.2"]
)
def test_what_is_no_zone(text: str) -> None:
    assert posix_zone(text) is None


def test_a_day_from_utc_is_refused() -> None:
    with pytest.raises(FeatureNotSupported):
        posix_zone("FOO24")
