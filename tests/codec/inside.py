"""The codec in this process: any bytes give messages, values and rows, or an error that a client can be told.

Each trial is one of a few kinds; what it raises beside PgError and Unframed is a bug. Refuses to know servers.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.errors import InternalError, Unframed
from proxy.pgtypes import decode_parameter
from proxy.session.copy_format import copy_format
from proxy.session.copy_input import CopyReader, Place
from proxy.sql.statements import split
from proxy.wire.framing import Framer
from proxy.wire.scram import ScramServer, make_verifier
from tests.codec import hostile
from tests.codec.attacks import COPIED, COPIES, Attack
from tests.codec.mutate import mutated, noise
from tests.codec.values import Values
from tests.scram_client import ScramClient

HANG_S = 20
VERIFIER = make_verifier("double", iterations=2)


class Hang(BaseException):
    """One trial takes too long."""


@contextmanager
def patient() -> Iterator[None]:
    """Raise Hang where the block takes too long."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(HANG_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Trials:
    """Trials over the types of one catalog. `shown` tells the last one, for whoever has to reproduce it."""

    def __init__(self, catalog: Catalog, values: Values) -> None:
        self._catalog, self._values = catalog, values
        self._types = [row for row in catalog.types.values() if row.kind != "p"]
        options = [split(sql)[0].fields.get("options", ()) for sql in COPIES if "binary" not in sql]
        self._forms = [copy_format(each, reads=True) for each in options]
        self.shown = ""

    def one(self, rng: random.Random, attack: Attack) -> None:
        """Some bytes to some decoder. Raises what is a bug, and Hang."""
        with patient():
            self._framed(attack)
            for _ in range(4):
                self._value(rng)
            self._copied(rng)
            self._authenticated(rng)

    def _framed(self, attack: Attack) -> None:
        self.shown = f"Framer {attack.data!r}"
        framer = Framer()
        try:
            framer.feed(attack.data)
            if attack.kind == "startup":
                framer.startup()
            while framer.message() is not None:
                pass
        except (PgError, Unframed) as error:
            _require_known(error)

    def _value(self, rng: random.Random) -> None:
        """Right bytes of some type, or nearly so, taken for another's."""
        row = rng.choice(self._types)
        _, code, data = self._values.any(rng)
        known = self._values.binary.get(row.name) or self._values.binary.get(f"{row.name.removeprefix('_')}[]")
        if known and rng.random() < 0.5:
            code, data = 1, mutated(rng, rng.choice(known))
        elif rng.random() < 0.5:
            code, data = 0, hostile.drawn(rng).encode()
        self.shown = f"decode_parameter {row.name} {code} {data!r}"
        try:
            decode_parameter(row, code, data, self._catalog)
        except PgError as error:
            _require_known(error)

    def _copied(self, rng: random.Random) -> None:
        form = rng.choice(self._forms)
        some = (*COPIED, noise(rng), hostile.drawn(rng).encode())
        rows = b"".join(rng.choice(some) for _ in range(rng.randint(1, 6)))
        rows = mutated(rng, rows)
        cuts = sorted(rng.randint(0, len(rows)) for _ in range(3))
        self.shown = f"CopyReader {form!r} {rows!r} {cuts}"
        reader = CopyReader(form, ("a", "b", "c"), Place("t"), older_mark=rng.random() < 0.5)
        found = [row for start, end in zip([0, *cuts], [*cuts, len(rows)]) for row in reader.feed(rows[start:end])]
        for row in (*found, *reader.finish()):
            if row.problem is not None:
                _require_known(row.problem)

    def _authenticated(self, rng: random.Random) -> None:
        server, client = ScramServer(VERIFIER, known=True, binding=rng.choice((None, b"x"))), ScramClient("double")
        first = client.first() if rng.random() < 0.5 else mutated(rng, client.first())
        self.shown = f"ScramServer {first!r}"
        try:
            said = server.first("SCRAM-SHA-256", first)
            final = mutated(rng, client.final(said)) if rng.random() < 0.7 else noise(rng)
            self.shown += f" {final!r}"
            server.final(final, "postgres")
        except PgError as error:
            _require_known(error)


def _require_known(error: Exception) -> None:
    """An internal error is an admission."""
    assert not isinstance(error, InternalError), error
