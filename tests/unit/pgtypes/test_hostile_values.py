"""Whatever a client sends for a value, reading it ends, and what it raises is an error of Postgres'."""

from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

from policies.errors import PgError
from proxy.pgtypes import parameter_text, read_text
from proxy.pgtypes.arrays import Array
from proxy.pgtypes.registry import BUILT_IN
from tests.codec.hostile import texts
from tests.codec.inside import patient
from tests.codec.mutate import NUMBERS
from tests.unit.pgtypes.oracle import Fault, Oracle
from tests.unit.pgtypes.support import CITEXT, COMPOSITE, DOMAIN, ENUM, ENUM_ARRAY, catalog, type_row

CATALOG = catalog()
ARRAYS = (1007, 1009, 1185, 1231, 3807, 3905)  # all others are read by the same code
OIDS = (
    *(oid for oid, codec in sorted(BUILT_IN.items()) if oid in ARRAYS or not isinstance(codec, Array)),
    ENUM, ENUM_ARRAY, DOMAIN, CITEXT, COMPOSITE,
)  # fmt: skip
SIZE = 120  # enough for what takes exponential time
DIGITS = "5" * 5000  # more than Python takes for a number
LONG = tuple(before + DIGITS + after for before, after in (
    ("", ""), ("-", ""), ("1.", ""), ("1e", ""), ("1e-", ""), ("0x", ""), ("0b1", ""), ("", ":1:"), ("1:", ":"), ("1:1:", ""), ("a:", ""),
    ("a <", "> b"), ("[", "]={1}"), ("[1:", "]={1}"), ("(", ",1)"), ("(1,", ")"), ("10.0.0.0/", ""), ("", ".1.1.1"), ("0/", ""),
    ("[", ",)"), ("{[", ",)}"), ("{", "}"), ("J", ""), ("P", "D"), ("", ":00"), ("2020-01-", ""), ("$[", "]"), ("$.**{", "}"),
    ("$.a > ", ""), ("[", "]"), ("=", "/x"), ("a(", ")"), ("numeric(", ")"), ("<(1,2),", ">"), ("", " day"), ("2020-01-01 00:00+", ""),
))  # fmt: skip


@pytest.mark.parametrize("oid", OIDS)
def test_hostile_texts_are_read_or_refused(oid: int) -> None:
    for text in (*texts(SIZE), *LONG):
        with patient(), suppress(PgError):
            read_text(oid, text, CATALOG)


@pytest.mark.parametrize("oid", OIDS)
def test_counts_and_lengths_that_lie_are_refused(oid: int) -> None:
    rng = random.Random(oid)
    for _ in range(300):
        words = [struct.pack("!i", rng.choice((*NUMBERS, 23, 25, 4, 8))) for _ in range(rng.randint(0, 6))]
        data = b"".join(words) + rng.randbytes(rng.randrange(12))
        with patient(), suppress(PgError):
            parameter_text(type_row(oid), 1, data, CATALOG)


@pytest.mark.parametrize(
    ("oid", "sql", "text"),
    [
        *((5038, "pg_snapshot", text) for text in (
            "1:18446744073709551615:", "+1: 2:1", DIGITS + ":" + DIGITS + ":", f"1:{DIGITS}:1", "-5:-1:", " 1:5:1", "1:5:1, 2", "1:5:1,,2",
            "1:5:1,2,", "1:5:5", "1:5:1 ,2", "1:4294967296:", "1:2:,", "1::", "0:1:", "1:5:2,1")),
        *((3614, "tsvector", text) for text in (
            f"a:{DIGITS}", "a:4294967296", "a:4294967297", "a:2147483648", "a:3000000000", "a:0", "a:1bc", "a:1b2", "a:1dd", "a:1,2*")),
        *((3615, "tsquery", text) for text in (f"a <{DIGITS}> b", "a <16385> b", "a <00000000000000001> b")),
        *((1007, "int4[]", text) for text in (
            f"[{DIGITS}:1]={{1}}", "[1:99999999999]={1}", "[1:2147483647]={1}", "[-2147483648:0]={1}", "[00000000000001:1]={1}",
            "[1 :1]={1}", "[+1]={1}", " [1:1]= {1} ", "[1:1][x", "[1::2]={1}", "[5:1][99999999999]={1}")),
        *((27, "tid", text) for text in (
            f"({DIGITS},1)", "(00000000000001,1)", "(-1,1)", "(-2147483649,1)", "( 1, +1)", "x(1,2)y", "(,)", "(1,65536)", "(1,2,3)")),
        *((790, "money", text) for text in (
            DIGITS, f"1.{DIGITS}", "0" * 99 + "1", "--1", "()", "", "1-", "1$", "(-1)", "1,2,3.4,5", "1.23x", " $ - 1", "1.2.3",
            " " * 500 + "x")),
        *((1700, "numeric", text) for text in (
            "0e1000001", "0e1073741824", "0e-16384", "1e-16383", "1e-16384", "1e-99999999", f"1e{DIGITS}", f"1e-{DIGITS}",
            "0." + "1" * 16384)),
        *((3904, "int4range", text) for text in (
            "", "[", "[1", "[1,", "[1,2", "[1,2)x", "[1,2,3)", "(1)2,3)", "emptyx", "empty x", "x", " [ 1 , 2 ) ",
            '["' + '"' * 60, '["' + '"' * 61, '[""1"",2)', '["""1",2)', '["1"2,30)', "[\\1,2)", "[1,2\\)")),
    ],
)  # fmt: skip
def test_numbers_and_quotes_are_read_as_c_reads_them(oracle: Oracle, oid: int, sql: str, text: str) -> None:
    want = oracle.ask(f"SELECT $1::{sql}", text.encode(), (oid,))
    try:
        got: bytes | Fault = read_text(oid, text, CATALOG).encode()
    except PgError as error:
        got = Fault(error.sqlstate, error.message, error.detail, error.hint)
    assert got == want
