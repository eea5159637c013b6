"""COPY FROM STDIN into temporary tables on both: rows, and of errors what they say and where in the data they are."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.wire import messages as wire
from tests.doubles import PASSWORD, serve
from tests.pair import Pair
from tests.policy_text import policy_text
from tests.raw_client import RawClient


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """An empty database and its double."""
    dsn = postgres.create_database("copied")
    postgres.psql(database="copied", stdin="create table t (id int primary key)")
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


MANY = [b"%d\tn%d\t%d\n" % (n, n, n) for n in range(12_000)]
COPIES = [
    ("text", "", b"1\ta\\tb\t1.50\n2\t\\N\t\\N\n3\tx\\\\y\\x41\\101\\n\t7\n\\.\n"),
    ("csv", "(format csv, header)", b'id,name,v\n1,"a,""b""\nc",2.5\n2,,\n3,"",0\n'),
    ("options", "(delimiter '|', null 'nil')", b"1|x|nil\n2|nil|3\n"),
    ("no newline", "(format csv)", b"1,last,2"),
    ("nothing", "", b""),
    ("only a newline", "", b"\n"),
    ("missing", "", b"1\ta\n"),
    ("extra", "", b"1\ta\t2\t3\n"),
    ("wrong", "", b"1\ta\tnope\n"),
    ("null key", "", b"\\N\ta\t1\n"),
    ("twice", "", b"1\ta\t1\n1\tb\t1\n"),
    ("long", "", b"1\tmuch too long a name\t1\n"),
    ("unterminated", "(format csv)", b'1,a,2\n2,"b\nc\n'),
    ("many", "", b"".join(MANY)),
    ("wrong far behind", "", b"".join([*MANY[:9000], b"x\ty\t1\n", *MANY[9000:]])),
    ("twice far behind", "", b"".join([*MANY, b"7\ty\t1\n"])),
    ("wrong and short", "", b"1\ta\t2\nx\ta\n"),
    ("wrong before short", "", b"1\ta\t2\n2\ta\tx\n3\n"),
    ("wrong and much", "", b"1\ta\t2\nx\ta\t2\t3\n"),
    ("a long line", "", b"1\t" + "\u00e9".encode() * 80 + b"\tx\n"),
    ("a long value", "", b"1\ta\t" + "\u00e9".encode() * 80 + b"\n"),
    ("carriage returns", "", b"1\ta\t2\r2\tb\t3\r"),
    ("both", "", b"1\ta\t2\r\n2\tb\t3\r\n"),
    ("returns late", "", b"1\ta\t2\n2\tb\t3\r\n"),
    ("newline late", "", b"1\ta\t2\r\n2\tb\t3\n"),
    ("newline behind return", "", b"1\ta\t2\r2\tb\t3\n"),
    ("one at the end", "", b"1\ta\t2\n2\tb\t3\r"),
    ("csv returns late", "(format csv)", b"1,a,2\n2,b,3\r\n"),
    ("csv newline late", "(format csv)", b"1,a,2\r\n2,b,3\n"),
    ("csv counts returns", "(format csv)", b'1,"a\r\nb",2\n2,b,x\n'),
    ("csv counts newlines", "(format csv)", b'1,a,2\n2,"b\n\n",3\n3,c,x\n'),
    ("mark in csv", "(format csv)", b"1,a,2\n\\.\n"),
    ("mark in a field", "(format csv)", b"1,\\.,2\n"),
    ("mark and more", "", b"1\ta\t2\n\\.\nx\n"),
    ("mark at the end", "", b"1\ta\t2\n\\."),
    ("mark behind data", "", b"1\ta\t2\\.\n"),
    ("mark before data", "", b"1\ta\t2\n\\.x\n"),
    ("mark otherwise", "", b"1\ta\t2\n\\.\r\n"),
    ("mark otherwise too", "", b"1\ta\t2\r\n\\.\n"),
    ("mark with both", "", b"1\ta\t2\r\n\\.\r\n"),
    ("mark alone", "", b"\\.\r\n"),
    ("escaped mark", "", b"1\ta\\\\.\t2\n"),
    ("escaped end", "", b"1\ta\\\nb\t2\n"),
    ("half an escape", "", b"1\ta\t2\\"),
    ("no text", "", b"1\ta\t2\n2\t\xc3\t3\n"),
    ("no text in the end", "", b"1\ta\t2\n2\ta\\xc3\t3\n"),
    ("zero", "", b"1\ta\x00\t2\n"),
    ("zero escaped", "", b"1\ta\\x00\t2\n"),
    ("header", "(header match)", b"id\tname\tv\n1\ta\t2\n"),
    ("other header", "(header match)", b"id\tnix\tv\n"),
    ("null header", "(format csv, header match)", b"id,,v\n"),
    ("short header", "(header match)", b"id\n1\ta\t2\n"),
    ("no header", "(header nix)", b""),
    ("null in quotes", "(format csv, force_null (name), null 'N')", b'1,"N",2\n2,N,3\n'),
    ("force all", "(format csv, force_null *)", b'1,"",""\n'),
    ("no null", "(format csv, force_not_null (name))", b"1,,2\n"),
    ("no such", "(format csv, force_null (nix))", b""),
    ("force in text", "(force_null (v))", b""),
    ("quotes of COPY TO", "(format csv, force_quote *)", b""),
]  # fmt: skip


@pytest.mark.parametrize(("options", "data"), [case[1:] for case in COPIES], ids=[case[0] for case in COPIES])
@pytest.mark.parametrize("size", [7, 1 << 16])
def test_copy_from_stdin(pair: Pair, options: str, data: bytes, size: int) -> None:
    answers: list[list[object]] = []
    for dsn in (pair.source, pair.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("create temp table c (id int primary key, name varchar(12), v numeric)")
            found: list[object] = []
            try:
                with cursor.copy(f"copy c from stdin {options}") as copy:
                    for at in range(0, len(data), size if len(data) < 1000 else 1 << 16):
                        copy.write(data[at : at + (size if len(data) < 1000 else 1 << 16)])
                found.append(cursor.rowcount)
            except psycopg.Error as error:
                told = error.diag
                found += [error.sqlstate, told.message_primary, told.message_detail, told.message_hint, told.context]
            found.append(connection.execute("select * from c order by id").fetchall())
            answers.append(found)
    assert answers[0] == answers[1]


def test_the_row_of_a_counter_that_breaks_a_rule(pair: Pair) -> None:
    """It is shown with the number that it got, however it was looked for."""
    answers = []
    for dsn in (pair.source, pair.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("create temp table c (id serial, a int not null, b int check (b < 5))")
            with (
                pytest.raises(psycopg.Error) as caught,
                connection.cursor().copy("copy c (a, b) from stdin") as copy,
            ):
                copy.write("1\t1\n" * 37 + "2\t7\n" + "1\t1\n" * 40)
            told = caught.value.diag
            answers.append((told.sqlstate, told.message_primary, told.message_detail, told.context))
    assert answers[0] == answers[1]


def test_a_copy_that_the_client_gives_up_leaves_nothing(pair: Pair) -> None:
    for dsn in (pair.source, pair.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("create temp table c (id int)")
            with (
                pytest.raises(ZeroDivisionError),
                connection.cursor().copy("copy c from stdin") as copy,
            ):
                copy.write("1\n" * 20_000)
                raise ZeroDivisionError
            assert connection.execute("select count(*) from c").fetchone() == (0,)


@pytest.mark.parametrize("how", ["hangs up", "says goodbye", "asks for more"])
def test_a_copy_that_is_broken_off_counts_no_longer(
    pair: Pair, mirror: Callable[[str], Path], tmp_path: Path, how: str
) -> None:
    """Of statements at a time the role has one: it can go on as soon as the COPY's connection is gone, and the audit knows of the COPY."""
    rest = 'roles: {one: {grants: [{tables: ["public.*"]}], quota: {concurrent: 1}}}'
    policy = tmp_path / "policy.yaml"
    policy.write_text(policy_text('  public.t: {columns: {"*": auto}}', unit="public.t", rest=rest), encoding="utf-8")
    with serve(mirror(pair.source), policy, ("one",), state=tmp_path / "state") as double:
        with RawClient("127.0.0.1", double.port) as client:
            client.log_in("one", PASSWORD, double.database)
            client.query("create temp table c (id int)")
            client.send(wire.Query("copy c from stdin"), wire.CopyData(b"1\n"))
            assert client.receive() == wire.CopyInResponse(b"\0", (0,))
            with psycopg.connect(double.dsn("one"), autocommit=True) as other:
                with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
                    other.execute("select 1")
                if how != "hangs up":
                    client.send(wire.Terminate() if how == "says goodbye" else wire.Query("select 1"))
                    client.until_silent(0.3)
        with psycopg.connect(double.dsn("one"), autocommit=True) as other:
            _until_it_may(other)
    noted = [json.loads(line) for line in (tmp_path / "state" / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["sqlstate"] for event in noted if event.get("fingerprint", "").startswith("copy")] == [CODES[how]]


CODES = {"hangs up": "08006", "says goodbye": "08P01", "asks for more": "08P01"}


def _until_it_may(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            connection.execute("select 1")
            return
        except psycopg.errors.ConfigurationLimitExceeded:
            assert time.monotonic() < deadline, "the place is never free again"
            time.sleep(0.05)
