"""Statements that look rows up by a key, answered from rows that are kept: byte by byte what Postgres answers, for any key.

Each statement is asked until its rows are kept, then compared, with keys that are there, not there, NULL, out of range and no numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.lookups import RUNS_MIN
from proxy.wire import messages as wire
from tests.doubles import serve
from tests.pair import Pair
from tests.raw_client import RawClient

SCHEMA = """
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE DOMAIN counted AS int8;
CREATE TABLE thing (id int PRIMARY KEY, big int8, small int2, kind counted, name text, price numeric(12,2), made timestamptz,
                    how interval, shade colour, tags text[], doc jsonb, raw bytea, at_ date);
INSERT INTO thing SELECT i * 3, 9000000000000000000 + i, i % 7 - 3, i % 5, 'thing ' || i, i / 7.0,
    timestamptz '2024-01-01 Z' + i * interval '7h', i * interval '1 mon 1h', (ARRAY['red', 'green']::colour[])[1 + i % 2],
    ARRAY['a' || i, NULL], jsonb_build_object('i', i), decode(lpad(to_hex(i), 6, '0'), 'hex'), date '2024-01-01' + i
    FROM generate_series(1, 500) i;
INSERT INTO thing (id) VALUES (-5);
CREATE TABLE dense (id int8 PRIMARY KEY, v float8);
INSERT INTO dense SELECT i, i / 3.0 FROM generate_series(10, 200) i;
CREATE TABLE named (code varchar(20) PRIMARY KEY, word text, token uuid, n int);
INSERT INTO named SELECT 'k' || i, CASE i % 3 WHEN 0 THEN 'groß' WHEN 1 THEN '' END || i / 20, md5(i::text)::uuid, i
    FROM generate_series(1, 300) i;
INSERT INTO named SELECT ' ' || i, 'x ', ('00000000-0000-0000-0000-0000000000' || i)::uuid, i FROM generate_series(10, 20) i;
CREATE VIEW seen AS SELECT id, name FROM thing WHERE small > 0;
CREATE TABLE grown (LIKE dense);
CREATE TABLE grown_more () INHERITS (grown);
INSERT INTO grown VALUES (1, 1); INSERT INTO grown_more VALUES (1, 2), (2, 3);
"""
LOOKUPS = [
    ("SELECT * FROM thing WHERE id = $1", 23),
    ("SELECT * FROM thing WHERE $1 = id", 20),
    ("SELECT id, name FROM thing WHERE small = $1 ORDER BY id", 21),
    ("SELECT id, name || '!' AS cried, price * 2, CASE WHEN shade = 'red' THEN 1 END FROM thing WHERE kind = $1 AND id > 9 ORDER BY 1",
     20), ("SELECT id FROM thing WHERE small = $1 ORDER BY id", 20), ("SELECT name FROM thing WHERE big = $1", 20),
    ("SELECT v, v AS w FROM dense WHERE id = $1", 20), ("SELECT v FROM dense WHERE id = $1", 21),
    ("SELECT v FROM grown WHERE id = $1 ORDER BY v", 20),
    ("SELECT v FROM ONLY grown WHERE id = $1 ORDER BY v", 20), ("SELECT id FROM thing WHERE id = $1 FOR SHARE", 23),
]  # fmt: skip
OTHERS = [
    ("SELECT name FROM seen WHERE id = $1", 23),
    ("SELECT count(*) FROM thing WHERE id = $1", 23), ("SELECT id FROM thing WHERE id = $1 LIMIT 1", 23),
    ("SELECT id, $1 FROM thing WHERE id = $1", 23), ("SELECT id FROM thing WHERE id = $1 AND now() > made", 23),
    ("SELECT 1 / (id - 3) FROM thing WHERE id = $1", 23),  # which fails for another key
]  # fmt: skip
TEXTS = [
    ("SELECT * FROM named WHERE code = $1", 1043), ("SELECT n FROM named WHERE code = $1", 25),
    ("SELECT n, word FROM named WHERE word = $1 ORDER BY n", 25), ("SELECT code FROM named WHERE token = $1", 2950),
]  # fmt: skip
TEXT_KEYS: Sequence[bytes | None] = (
    b"k1", b"k300", b"k301", b"k", b"", b" 10", b"10", b"k1 ", b"x ", b"x", b"gro\xc3\x9f3", b"gro\xc3\x9f30", b"gro\xc3", b"3",
    b"1\0", None, b"k" * 70,
    b"c4ca4238-a0b9-2382-0dcc-509a6f75849b", b"C4CA4238-A0B9-2382-0DCC-509A6F75849B", b"c4ca4238a0b923820dcc509a6f75849b",
    b"{c4ca4238-a0b9-2382-0dcc-509a6f75849b}", b"c4ca4238-a0b9-2382-0dcc-509a6f75849c", b"00000000-0000-0000-0000-000000000010",
)  # fmt: skip
KEYS: Sequence[bytes | None] = (
    b"3", b"6", b"1500", b"4", b"0", b"-5", b"-3", b"3", b"10", b"200", b"201", b"9", b"1", b"2", b"+3", b" 3", b"-0", b"007",
    b"32767", b"32768", b"2147483647", b"2147483648", b"9000000000000000001", b"9223372036854775807", b"9223372036854775808",
    b"x", b"", b"3.0", None,
)  # fmt: skip
SHOWN = "SHOW pgdouble.cache"


@pytest.fixture(scope="module")
def pair(mirror: Callable[[str], Path]) -> Iterator[Pair]:
    with EmbeddedPostgres() as postgres:
        source = postgres.create_database("lookups")
        postgres.psql(database="lookups", stdin=SCHEMA)
        with serve(mirror(source)) as double:
            yield Pair(source, double.dsn())


@pytest.fixture
def clients(pair: Pair) -> Iterator[tuple[RawClient, RawClient]]:
    made = []
    for dsn in (pair.source, pair.double):
        parts = urlsplit(dsn)
        client = RawClient(parts.hostname or "", parts.port or 5432)
        client.log_in(parts.username or "", parts.password or "", parts.path[1:])
        made.append(client)
    yield made[0], made[1]
    for client in made:
        client.socket.close()


def batch(key: bytes | None, code: int, shown: int, limit: int, *more: wire.Message) -> list[wire.Message]:
    bound = wire.Bind("", "s", (code,) if code else (), (key,), (shown,) if shown else ())
    return [bound, *more, wire.Execute("", limit), wire.Sync()]


def tables(client: RawClient) -> int:
    client.send(wire.Query(SHOWN))
    (row,) = [each for each in client.until_ready() if isinstance(each, wire.DataRow)]
    return int((row.values[0] or b"").split(b"; ")[2].split()[0])


def answered(client: RawClient, messages: Sequence[wire.Message]) -> bytes:
    """All bytes, but for where in its own source Postgres found an error."""
    client.send(*messages)
    return b"".join(wire.encode(placeless(message)) for message in client.until_ready())


def placeless(message: wire.Message) -> wire.Message:
    if not isinstance(message, wire.ErrorResponse):
        return message
    return wire.ErrorResponse(tuple(pair for pair in message.pairs if pair[0] not in "FLR"))


@pytest.mark.parametrize("shown", [0, 1], ids=["text", "binary"])
@pytest.mark.parametrize(("statement", "type_oid"), [*LOOKUPS, *OTHERS])
def test_any_key_is_answered_as_by_postgres(
    clients: tuple[RawClient, RawClient], statement: str, type_oid: int, shown: int
) -> None:
    """With and without a limit, described or not, by values in text and binary."""
    source, double = clients
    prepare(clients, statement, type_oid)
    before, is_lookup = tables(double), (statement, type_oid) in LOOKUPS
    warm(double, shown, turns=20 if is_lookup else 1)
    assert tables(double) == before + is_lookup
    for limit in (0, 1, 2):
        for key in KEYS:
            for more in ((), (wire.Describe(b"P", ""),)):
                messages = batch(key, 0, shown, limit, *more)
                assert answered(double, messages) == answered(source, messages), (limit, key)
    size = {21: 2, 23: 4, 20: 8}[type_oid]
    for value in (3, 6, -5, 0, 32767, -32768, 10, 200):
        for data in (value.to_bytes(size, "big", signed=True), value.to_bytes(3, "big", signed=True)):
            messages = batch(data, 1, shown, 0)
            assert answered(double, messages) == answered(source, messages), value


@pytest.mark.parametrize("shown", [0, 1], ids=["text", "binary"])
@pytest.mark.parametrize(("statement", "type_oid"), TEXTS)
def test_any_text_is_answered_as_by_postgres(
    clients: tuple[RawClient, RawClient], statement: str, type_oid: int, shown: int
) -> None:
    source, double = clients
    prepare(clients, statement, type_oid)
    before = tables(double)
    for number in range(20 * RUNS_MIN):
        key = f"{number:08x}-0000-0000-0000-000000000000" if type_oid == 2950 else f"none {number}"
        answered(double, batch(key.encode(), 0, shown, 0))
        if number % RUNS_MIN == 0:
            time.sleep(0.05)
        if number % 8 == 0 and tables(double) > before:
            break
    assert tables(double) == before + 1
    for key in TEXT_KEYS:
        for code in (0, 1):
            for limit in (0, 1):
                messages = batch(key, code, shown, limit)
                assert answered(double, messages) == answered(source, messages), (key, code, limit)
    for data in (b"\0" * 15 + b"\x10", bytes.fromhex("c4ca4238a0b923820dcc509a6f75849b"), b"\0" * 16):
        assert answered(double, batch(data, 1, shown, 0)) == answered(source, batch(data, 1, shown, 0)), data


def prepare(clients: Sequence[RawClient], statement: str, type_oid: int) -> None:
    for client in clients:
        client.send(wire.Parse("s", statement, (type_oid,)), wire.Sync())
        client.until_ready()


def warm(double: RawClient, shown: int, turns: int = 20) -> None:
    """Ask for many keys, and give the server the time to keep the rows."""
    before = tables(double)
    for turn in range(turns):
        for number in range(RUNS_MIN):
            answered(double, batch(str(turn * RUNS_MIN + number).encode(), 0, shown, 0))
        time.sleep(0.05)
        if tables(double) > before:
            return


def test_a_statement_that_is_parsed_each_time(clients: tuple[RawClient, RawClient]) -> None:
    """As drivers send it before they prepare it: parsed, bound, described and executed at once, in and out of blocks."""
    source, double = clients
    statement, before = "SELECT name, big FROM thing WHERE id = $1", tables(double)

    def asked(key: bytes | None) -> list[wire.Message]:
        bound = wire.Bind("", "", (), (key,), (1,))
        return [wire.Parse("", statement, (23,)), bound, wire.Describe(b"P", ""), wire.Execute("", 0), wire.Sync()]

    for number in range(8 * RUNS_MIN):
        answered(double, asked(str(number).encode()))
        if number % RUNS_MIN == 0:
            time.sleep(0.1)
    assert tables(double) == before + 1
    for word in ("BEGIN", "COMMIT"):
        for key in KEYS:
            assert answered(double, asked(key)) == answered(source, asked(key)), key
        unnamed = batch(b"6", 0, 0, 0)
        unnamed[0] = wire.Bind("", "", (), (b"6",), ())
        assert answered(double, unnamed) == answered(source, unnamed)
        assert answered(double, [wire.Query(word)]) == answered(source, [wire.Query(word)])


def test_other_settings_are_other_rows(clients: tuple[RawClient, RawClient]) -> None:
    source, double = clients
    prepare(clients, "SELECT made, how, at_, raw FROM thing WHERE id = $1", 23)
    for setting in (
        "DateStyle = 'German'",
        "IntervalStyle = 'iso_8601'",
        "TimeZone = 'Europe/Berlin'",
        "bytea_output = 'escape'",
    ):
        warm(double, 0)
        for key in (b"9", b"12", b"3"):
            assert answered(double, batch(key, 0, 0, 0)) == answered(source, batch(key, 0, 0, 0)), setting
        for client in clients:
            client.send(wire.Query(f"SET {setting}"))
            client.until_ready()
        for key in (b"9", b"12", b"15"):
            assert answered(double, batch(key, 0, 0, 0)) == answered(source, batch(key, 0, 0, 0)), setting


def test_a_name_bound_behind_parse_is_each_sessions_own(clients: tuple[RawClient, RawClient], pair: Pair) -> None:
    """A batch that parses the unnamed statement and binds another is none that is repeated."""
    source, double = clients
    messages = [
        wire.Parse("", "SELECT 1", ()), wire.Bind("", "other", (), (b"3",), ()), wire.Execute("", 0), wire.Sync(),
    ]  # fmt: skip
    for column in ("id", "name", "shade"):
        for client in clients:
            parsed = wire.Parse("other", f"SELECT {column} FROM thing WHERE id = $1", (23,))
            client.send(wire.Close(b"S", "other"), parsed, wire.Sync())
            client.until_ready()
        for _ in range(3):
            assert answered(double, messages) == answered(source, messages)


def test_execute_looks_up_too(clients: tuple[RawClient, RawClient]) -> None:
    source, double = clients
    for client in clients:
        client.send(wire.Query("PREPARE p(int) AS SELECT id, name, made FROM thing WHERE id = $1"))
        client.until_ready()
    before = tables(double)
    for number in range(8 * RUNS_MIN):
        answered(double, [wire.Query(f"EXECUTE p({number})")])
        if number % RUNS_MIN == 0:
            time.sleep(0.1)
    assert tables(double) > before
    for text in ("EXECUTE p(3)", "EXECUTE p(NULL)", "EXECUTE p(4)", "BEGIN", "EXECUTE p(6)", "EXECUTE p(6)", "COMMIT"):
        assert answered(double, [wire.Query(text)]) == answered(source, [wire.Query(text)]), text


def test_a_portal_with_a_name_may_be_fetched_in_other_formats(clients: tuple[RawClient, RawClient]) -> None:
    source, double = clients
    prepare(clients, "SELECT id, made FROM thing WHERE small = $1 ORDER BY id", 23)
    warm(double, 0)
    messages = [
        wire.Query("BEGIN"), wire.Bind("p", "s", (), (b"1",), ()), wire.Execute("p", 2), wire.Parse("f", "FETCH 2 FROM p", ()),
        wire.Bind("", "f", (), (), (1,)), wire.Execute("", 0), wire.Query("COMMIT"),
    ]  # fmt: skip
    for client in clients:
        client.send(*messages)
    first, second = (
        [wire.encode(placeless(message)) for _ in range(2) for message in client.until_ready()]
        for client in (source, double)
    )
    assert first == second


def test_who_asks_in_a_comment_is_no_other_statement(clients: tuple[RawClient, RawClient]) -> None:
    """Tools write there for whom they ask, each time another name."""
    source, double = clients
    before = 0
    for number in range(4):
        query = [wire.Query(f"SELECT id, '--' || name FROM thing /* page {number} */ WHERE id < 9 -- user {number}")]
        assert answered(double, query) == answered(source, query)
        double.send(wire.Query(SHOWN))
        (row,) = [each for each in double.until_ready() if isinstance(each, wire.DataRow)]
        kept = int((row.values[0] or b"").split()[0])
        assert number == 0 or kept == before
        before = kept
