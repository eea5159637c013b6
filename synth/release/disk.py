"""A full disk while a release is written: one sentence with the place, instead of an error of whoever wrote.

Knows what a full disk looks like to Python and to DuckDB, whose message is read and never forwarded. Refuses to know what is written.
Facts: errno of write(2); DuckDB repeats its text, and takes free space as the limit of what it spills.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from policies.errors import PgError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID = (*(os.strerror(number) for number in FULL), "max_temp_directory_size")


class DiskFull(PgError):
    """No room for what must be written."""

    sqlstate = "53100"


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Whatever is written below a place. Raises DiskFull where there is no room."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise _full(Path(str(error.filename)) if error.filename else place) from None
    except duckdb.Error as error:
        if not any(words in str(error) for words in _SAID):
            raise
        raise _full(place) from None


def _full(place: Path) -> DiskFull:
    return DiskFull(
        f"no space is left for {place}",
        hint="Make room and build again: what was measured is kept and not paid for again; the published release is untouched.",
    )
