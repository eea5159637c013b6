"""Values of every type as clients send them, right ones to begin with: texts, and the bytes of their binary form.

Facts: `tests/unit/pgtypes/inputs.py` for texts; the binary form is what a server answers for them.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field

from proxy.wire import messages as wire
from tests.codec import hostile
from tests.codec.mutate import mutated, noise
from tests.raw_client import RawClient
from tests.unit.pgtypes.inputs import INPUTS

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN small AS int2 CHECK (VALUE < 100);
CREATE DOMAIN code AS varchar(5);
CREATE TYPE pair AS (a int4, b text);
CREATE TYPE span AS RANGE (SUBTYPE = float8);
CREATE TABLE t (id int4 PRIMARY KEY, name text, born timestamptz, weight numeric(10, 2), tags text[], doc jsonb, mood mood);
INSERT INTO t SELECT i, 'n' || i, now(), i / 3.0, ARRAY['a', NULL, 'ö'], '{"a": [1, null]}', 'ok' FROM generate_series(1, 300) i;
"""
MORE = {
    "int4[]": ("{1,2,NULL}", "[0:1]={1,2}", "{{1,2},{3,4}}", "{}"), "text[]": ('{a,"b c",NULL,""}', "{{a},{b}}"),
    "numeric[]": ("{1.5,NaN}",), "timestamptz[]": ("{2020-01-01,infinity}",), "mood": ("ok", "nix"), "mood[]": ("{ok,sad}",),
    "pair": ('(1,"x y")', "(,)"), "pair[]": ('{"(1,a)"}',), "span": ("[1,2.5)", "empty"), "small": ("7", "700"),
    "int4range": ("[1,10)", "empty", "(,5]"), "int4multirange": ("{[1,3),[5,7)}", "{}"), "numrange": ("[1.5,2]",),
    "tsrange": ("[2020-01-01,2021-01-01)",), "tstzrange": ("[2020-01-01,)",), "daterange": ("[2020-01-01,2020-02-01)",),
    "int8range[]": ('{"[1,2)"}',), "jsonb": ('{"a": [1, 2.5e3, null, {"b": "\\u00e9"}]}', "[]"), "json": ('{"a":1}',),
    "uuid": ("6f8b1c1e-1111-4222-8333-444455556666",), "inet": ("10.0.0.1/8", "::1"), "cidr": ("10.0.0.0/8",),
    "macaddr": ("08:00:2b:01:02:03",), "interval": ("1 year 2 mons -3 days 04:05:06.789",), "bytea": ("\\xdeadbeef", "abc"),
    "timetz": ("12:34:56+02",), "date": ("2020-02-29", "infinity", "0044-03-15 BC"), "oidvector": ("1 2 3",),
    "int2vector": ("1 2",), "name": ("n" * 70,), '"char"': ("x",), "bpchar": ("ab  ",), "code": ("abcde", "abcdef"),
    "money": ("1.23",), "bit": ("101",), "varbit": ("1011",), "point": ("(1,2)",), "xml": ("<a/>",), "tsvector": ("a b",),
    "regclass": ("t", "pg_class"), "regtype": ("int4",), "record": ("(1)",), "void": ("",), "unknown": ("x",),
    "pg_lsn": ("0/1",), "xid8": ("7",), "tid": ("(0,1)",), "int4[][]": ("{{1}}",),
}  # fmt: skip


@dataclass
class Values:
    """binary: by type, what a server answered for its texts; found out once a run."""

    texts: dict[str, tuple[str, ...]] = field(default_factory=lambda: {**dict(INPUTS.values()), **MORE})
    binary: dict[str, list[bytes]] = field(default_factory=dict)

    def learn(self, client: RawClient) -> None:
        """Ask a server that is logged in to."""
        for name, texts in self.texts.items():
            self.binary[name] = [data for text in texts if (data := _binary(client, name, text)) is not None]

    def any(self, rng: random.Random) -> tuple[str, int, bytes | None]:
        """A type, a format and a value of it that may be wrong."""
        name = rng.choice(list(self.texts))
        if rng.random() < 0.05:
            return name, rng.choice((0, 1, 2, -1, 256)), None if rng.random() < 0.5 else noise(rng)
        known = self.binary.get(name)
        if rng.random() < 0.65:
            data = rng.choice(known) if known else struct.pack("!i", rng.randint(-9, 9))
            return name, 1, mutated(rng, data)
        if rng.random() < 0.4:
            return name, 0, hostile.drawn(rng).encode()
        return name, 0, mutated(rng, rng.choice(self.texts[name]).encode())


def _binary(client: RawClient, name: str, text: str) -> bytes | None:
    quoted = text.replace("'", "''")
    client.send(
        wire.Parse("", f"select '{quoted}'::{name}", ()),
        wire.Bind("", "", (), (), (1,)),
        wire.Execute("", 0),
        wire.Sync(),
    )
    return next((row.values[0] for row in client.until_ready() if isinstance(row, wire.DataRow)), None)
