"""Rows of COPY FROM STDIN: the same wherever the bytes are cut, and none of them takes long to read, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.errors import PgError
from proxy.session.copy_format import CopyFormat, copy_format
from proxy.session.copy_input import CopyReader, Place, Row, Texts
from proxy.sql.statements import split

OPTIONS = (
    "",
    "csv",
    "csv header",
    "(format csv, escape '\\')",
    "(format csv, quote '$', delimiter ';')",
    "(delimiter '|', null 'nix')",
)
PIECES = st.lists(
    st.sampled_from([b"a", b'"', b'""', b"\\", b",", b";", b"|", b"$", b"\n", b"\r", b"\r\n", b"\t", b"\\N", b"x y"])
)


def form(options: str) -> CopyFormat:
    return copy_format(split(f"copy t from stdin {options}")[0].fields.get("options", ()), reads=True)


def read(
    options: str, *pieces: bytes, columns: int = 2, older_mark: bool = False
) -> tuple[list[Texts], PgError | None]:
    """What comes in, and what is wrong with the row behind it."""
    reader = CopyReader(form(options), "abcdefgh"[:columns], Place("t"), older_mark=older_mark)
    found: list[Row] = []
    for piece in pieces:
        found += reader.feed(piece)
    found += reader.finish()
    assert not any(row.problem for row in found[:-1]), "nothing comes behind a problem"
    last = found.pop() if found and found[-1].problem else None
    return [row.texts for row in found], last.problem if last else None


def rows(options: str, *pieces: bytes, columns: int = 2) -> list[Texts] | str:
    """What comes in, or the message of the refusal and its place."""
    found, problem = read(options, *pieces, columns=columns)
    return found if problem is None else f"{problem.message}; {problem.context}"


@given(st.sampled_from(OPTIONS), PIECES, st.lists(st.integers(0, 60), max_size=4))
def test_cuts_do_not_matter(options: str, pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    ends = sorted({min(cut, len(data)) for cut in cuts})
    cut = [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)])]
    assert rows(options, *cut) == rows(options, data) == rows(options, *(bytes([byte]) for byte in data))


@pytest.mark.parametrize(
    ("options", "data", "expected"),
    [
        ("csv", b'1,"x ""y""\nz"\r\n2,\r\n', [("1", 'x "y"\nz'), ("2", None)]),
        ("csv", b'"","a"b"c"\n', [("", "abc")]),
        ("csv", b'1,"""', "unterminated CSV quoted field; COPY t, line 1: \"1,\"\"\"\""),
        ("csv", b'1,"""\n', "unterminated CSV quoted field; COPY t, line 1: \"1,\"\"\"\n\""),
        ("(format csv, escape '\\')", b'1,"a\\"b"', [("1", 'a"b')]),
        ("(format csv, escape '\\')", b'1,"a\\\\"\n2,"\\x\n"', [("1", "a\\"), ("2", "\\x\n")]),
        ("", b"a\\\nb\tc\\\td\n\\.\nnix", [("a\nb", "c\td")]),
        ("(delimiter '|', null 'nix')", b"nix|\\x41\\101\r\n", [(None, "AA")]),
    ],
)  # fmt: skip
def test_rows(options: str, data: bytes, expected: object) -> None:
    assert rows(options, data) == expected


@pytest.mark.timeout(60)
@pytest.mark.parametrize("options", OPTIONS)
def test_no_bytes_take_long(options: str) -> None:
    """Found by python -m tests.codec: a quote that nothing ends behind fifty fields took longer than anybody waited."""
    reader = b'3,"x ""y""\nz' + b'",7,,"x ""y""\nz' * 50 + b'"\x017'
    assert rows(options, reader, b"\n" * 1000 + b'"' * 100_001 + b"\\" * 100_001)
    for byte in (b'"', b"\\", b"x", b",", b'"\n', b"\r", b"$"):
        rows(options, *[byte] * 100_000)


def test_the_mark_of_older_servers() -> None:
    """Up to PostgreSQL 17 it ended CSV too, and text behind a row."""
    data = b"1,x\n\\.\n2,y\n"
    assert read("csv", data, older_mark=True) == ([("1", "x")], None)
    found, problem = read("csv", data)
    assert (found, problem and problem.message) == ([("1", "x")], 'missing data for column "b"')
    assert read("", b"1\tx\n2\ty\\.\n3\tz\n", older_mark=True) == ([("1", "x"), ("2", "y")], None)
    assert rows("", b"1\tx\n2\ty\\.\n") == "end-of-copy marker is not alone on its line; COPY t, line 2"
    _, corrupt = read("", b"1\tx\n\\.y\n", older_mark=True)
    assert corrupt is not None and corrupt.message == "end-of-copy marker corrupt"
