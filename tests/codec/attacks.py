"""What is thrown at a server: first packets, logins and conversations that are wrong somewhere.

Refuses to know servers. Facts: protocol chapters "Message Formats" and "SASL Authentication".
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass

from proxy.wire import messages as wire
from proxy.wire.framing import CANCEL_REQUEST, GSSENC_REQUEST, SSL_REQUEST
from tests.codec import hostile
from tests.codec.mutate import NUMBERS, mutated, noise
from tests.codec.values import Values
from tests.protocol.vocabulary import STATEMENTS
from tests.raw_client import startup_packet
from tests.scram_client import ScramClient

STATEMENT_NAMES, PORTAL_NAMES = ("", "", "s1", "s2"), ("", "", "p1", "c")
MAKE = "create temp table if not exists w (a int4, b text, c numeric, d timestamptz, e text[])"
COPIES = (
    "copy w from stdin", "copy w from stdin csv header", "copy w(b) from stdin with (delimiter '|', null 'nix')",
    "copy w from stdin (format csv, quote '$')", "copy w from stdin (format binary)",
)  # fmt: skip
QUERIES = (
    "select id, name, born, weight, tags, doc, mood from t where id < $1", "select $1::int4[], $2::jsonb, $3::text",
    "select * from t order by id", "begin", "rollback", "declare c scroll cursor for select id from t",
    "fetch 3 from c", "select jsonb_agg(t) from t", "show all", "copy t to stdout (format binary)", "execute s1(1)",
    MAKE, *COPIES, "select * from w", "drop table w",
    *STATEMENTS["queries"], *STATEMENTS["broken"], *STATEMENTS["blocks"], *STATEMENTS["strings"],
)  # fmt: skip
COPIED = (
    b"1\tx\t1.5\t2020-01-01\t{a,b}\n", b"2\t\\N\t\\N\t\\N\t\\N\n", b'3,"x ""y""\nz",7,2020-01-01,"{a,""b""}"\r\n',
    b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\0\x05\0\0\0\x04\0\0\0\x01", b"\\.\n", b"a|b\n", b"\x00", b"4,\"open\n", b"\\x41\\101\\q\t\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attack:
    """kind: startup, login or session. data: the bytes; of a login, those in place of its n-th answer (0, 1). framed: whole messages, so
    that a server that lives says when it is done."""

    kind: str
    data: bytes
    step: int = 0
    framed: bool = False


def drawn(rng: random.Random, values: Values) -> Attack:
    """Any of them; conversations most of all."""
    make = rng.choice((_startup, _login, _session, _session, _bound, _bound, _bound, _copy, _rough, _huge))
    return make(rng, values)


def _startup(rng: random.Random, values: Values) -> Attack:
    parameters = {"user": rng.choice(("postgres", "nix", "")), "database": "codec", "options": "-c work_mem=1MB"}
    secret = noise(rng, 300)
    whole = rng.choice(
        (
            startup_packet(parameters, rng.choice((0, 2, 9999))),
            struct.pack("!iii", 12 + len(secret), CANCEL_REQUEST, rng.choice(NUMBERS)) + secret,
            struct.pack("!ii", 8, SSL_REQUEST) + noise(rng),
            struct.pack("!ii", 8, GSSENC_REQUEST) + startup_packet(parameters),
            struct.pack("!ii", rng.choice(NUMBERS), rng.choice((3 << 16, 2 << 16, SSL_REQUEST, CANCEL_REQUEST))) + noise(rng, 200),
            noise(rng, 200),
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        )
    )  # fmt: skip
    return Attack("startup", mutated(rng, whole) if rng.random() < 0.7 else whole)


def _login(rng: random.Random, values: Values) -> Attack:
    first = ScramClient("double").first()
    step = rng.randrange(2)
    if step == 0:
        body = b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first
    else:
        body = rng.choice((b"c=biws,r=nix,p=" + b"A" * 43 + b"=", b"c=biws,r=,p=", b"p=,", noise(rng)))
    body = mutated(rng, body)
    length = len(body) + 4 if rng.random() < 0.8 else rng.choice(NUMBERS)
    return Attack("login", rng.choice((b"p", b"p", b"p", b"Q")) + struct.pack("!i", length) + body, step)


def _message(rng: random.Random, values: Values) -> wire.Message:
    statement, portal = rng.choice(STATEMENT_NAMES), rng.choice(PORTAL_NAMES)
    kind = rng.choice(b"SP")
    return rng.choice(
        (
            wire.Query(rng.choice(QUERIES)), wire.Parse(statement, rng.choice(QUERIES), tuple(rng.choice(((), (23,), (0, 25), (99999,))))),
            wire.Bind(portal, statement, rng.choice(((), (0,), (1,), (0, 1))), tuple(
                values.any(rng)[2] for _ in range(rng.randrange(4))), rng.choice(((), (1,), (0, 1)))),
            wire.Describe(bytes([kind]), statement if kind == b"S"[0] else portal), wire.Execute(portal, rng.choice((0, 1, 5, -1))),
            wire.Close(bytes([kind]), statement), wire.Flush(), wire.Sync(), wire.CopyData(rng.choice(COPIED)), wire.CopyDone(),
            wire.CopyFail("why"), _call(rng, values),
        )
    )  # fmt: skip


def _call(rng: random.Random, values: Values) -> wire.FunctionCall:
    """A fast-path call."""
    args = tuple(values.any(rng)[2] for _ in range(rng.randrange(3)))
    return wire.FunctionCall(
        rng.choice((1299, 1598, 870, 177, 0, 99999)), rng.choice(((), (0,), (1,), (0, 1))), args, rng.randrange(3)
    )


def _framed(rng: random.Random, message: wire.Message) -> bytes:
    """A message whose body is wrong and whose length is right, or one as it should be."""
    data = wire.encode(message)
    body = mutated(rng, data[5:]) if rng.random() < 0.7 else data[5:]
    return data[:1] + struct.pack("!i", len(body) + 4) + body


def _session(rng: random.Random, values: Values) -> Attack:
    return Attack(
        "session", b"".join(_framed(rng, _message(rng, values)) for _ in range(rng.randint(1, 6))), framed=True
    )


def _bound(rng: random.Random, values: Values) -> Attack:
    """A value of some type, in either format, that is wrong; one message in five is too."""
    name, code, data = values.any(rng)
    sql = rng.choice(("select $1::{0}", "select ($1::{0})::text", "select id from t where $1::{0} is not null and id < 3",
                      "select array[$1::{0}]", "select coalesce($1::{0}, null)", "select ($1::{0}, 1)")).format(name)  # fmt: skip
    bind = wire.Bind("", "", (code,) if -32768 <= code < 32768 else (), (data,), (rng.choice((0, 1)),))
    messages = (wire.Parse("", sql, ()), bind, wire.Describe(b"P", ""), wire.Execute("", rng.choice((0, 0, 1))))
    spoils = rng.random() < 0.2
    return Attack(
        "session", b"".join(_framed(rng, one) if spoils else wire.encode(one) for one in messages), framed=True
    )


def _copy(rng: random.Random, values: Values) -> Attack:
    """Rows of COPY FROM STDIN in any pieces."""
    start = [wire.Query(MAKE), wire.Query(rng.choice(COPIES))]
    rows = b"".join(rng.choice(COPIED) for _ in range(rng.randint(1, 8)))
    rows = mutated(rng, rows) if rng.random() < 0.8 else rows
    cuts = sorted(rng.randint(0, len(rows)) for _ in range(3))
    pieces = [wire.CopyData(rows[a:b]) for a, b in zip([0, *cuts], [*cuts, len(rows)])]
    end = rng.choice(
        (wire.CopyDone(), wire.CopyDone(), wire.CopyFail("why"), wire.Sync(), wire.Query("select 1"), wire.Flush())
    )
    return Attack("session", b"".join(map(wire.encode, [*start, *pieces, end])), framed=True)


def _rough(rng: random.Random, values: Values) -> Attack:
    """Frames are wrong too."""
    data = b"".join(wire.encode(_message(rng, values)) for _ in range(rng.randint(1, 4)))
    return Attack("session", mutated(rng, data) if rng.random() < 0.8 else noise(rng, 300))


def _huge(rng: random.Random, values: Values) -> Attack:
    """A length that announces far more than comes, or a few megabytes that do come."""
    tag = rng.choice(b"QPBdFDECHSXcfp")
    if rng.random() < 0.9:
        return Attack(
            "session",
            bytes([tag]) + struct.pack("!i", rng.choice((*NUMBERS, 70 << 20, 500 << 20))) + noise(rng, 100_000),
        )
    unit = rng.choice((b"x", b"(", b"1,", b"'", b"\0", *(unit.encode() for unit in hostile.UNITS)))
    body = unit * (rng.choice((100_000, 1_000_000, 3_000_000)) // len(unit))
    return Attack("session", bytes([tag]) + struct.pack("!i", len(body) + 4) + body, framed=True)
