"""Rows that are kept for every key: when they are read, in which order they are found, and what is too much."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import proxy.lookups
from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.lookups import RUNS_MIN, Looked, Lookups, Table
from proxy.pgtypes import OutputSettings, RowEncoder
from proxy.pgtypes.fields import assemble_few
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from tests.fakes import INT4, FakePlanner

COMPILED = Compiled("SELECT n", (), (INT4,), frozenset(), False, lookup=True)
OUTPUT = OutputSettings()


class Rows:
    """A result of given batches; an error where there is one among them."""

    def __init__(self, batches: Sequence[pa.RecordBatch | Exception]) -> None:
        self.batches = list(batches)
        self.closed = False

    def next_batch(self) -> pa.RecordBatch | None:
        found = self.batches.pop(0) if self.batches else None
        if isinstance(found, Exception):
            raise found
        return found

    def interrupt(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def rows(keys: Sequence[object]) -> pa.RecordBatch:
    """n is the place of the key."""
    return pa.RecordBatch.from_arrays([pa.array(range(len(keys)), pa.int32()), pa.array(keys)], ["n", "key"])


def encoder(formats: tuple[int, ...] = (0,)) -> RowEncoder:
    return RowEncoder([OutputColumn(name="n", type=INT4, typmod=-1)], formats, catalog(), OUTPUT)


def catalog() -> Catalog:
    return FakePlanner().catalog


def loaded(batches: Sequence[pa.RecordBatch | Exception], runs: int = RUNS_MIN) -> tuple[Table | None, list[Rows]]:
    made: list[Rows] = []

    def start(compiled: Compiled, params: Sequence[object], zone: str) -> Rows:
        made.append(Rows(batches))
        return made[-1]

    lookups = Lookups(start)
    for _ in range(runs):
        lookups.note(COMPILED, encoder(), "UTC", lambda: COMPILED)
    settle(lookups)
    return lookups.table(Looked(COMPILED, (0,), OUTPUT)), made


def settle(lookups: Lookups) -> None:
    """Wait for the thread that reads."""
    deadline = time.monotonic() + 10
    while any(runs.is_loading for runs, _ in lookups._runs._kept.values()) and time.monotonic() < deadline:
        time.sleep(0.01)


def found(table: Table, key: object) -> list[bytes]:
    return [row[11:] for row in table.looked_up(key).rows()]


def test_rows_are_read_once_they_are_worth_it() -> None:
    table, made = loaded([rows([1, 2])], RUNS_MIN - 1)
    assert table is None and not made
    table, made = loaded([rows([1, 2])])
    assert table is not None and len(made) == 1 and made[0].closed


def test_rows_of_a_key_stay_in_their_order() -> None:
    table, _ = loaded([rows([5, 3, 5]), rows([3, None, -1])])
    assert table is not None and not table.dense
    assert found(table, 5) == [b"0", b"2"] and found(table, 3) == [b"1", b"0"] and found(table, -1) == [b"2"]
    assert not found(table, 4) and not found(table, 6) and not found(table, -2) and not found(table, None)


def test_texts_are_found_whole() -> None:
    table, _ = loaded([rows(["b", "ba", "", "gro\u00df", "b"])])
    assert table is not None
    assert found(table, "b") == [b"0", b"4"] and found(table, "ba") == [b"1"] and found(table, "") == [b"2"]
    assert found(table, "gro\u00df") == [b"3"] and not found(table, "bab") and not found(table, "x" * 100)


@given(st.lists(st.integers(-50, 50), min_size=1), st.integers(-60, 60))
def test_what_is_found_is_what_equals(keys: list[int], key: int) -> None:
    order = sorted(range(len(keys)), key=lambda at: keys[at])
    ascending = np.array([keys[at] for at in order])
    dense = sorted(set(keys)) == sorted(keys) == list(range(min(keys), max(keys) + 1))
    table = Table(ascending, assemble_few([[str(at).encode()] for at in order]), dense, COMPILED)
    assert found(table, key) == [str(at).encode() for at in order if keys[at] == key]


@pytest.mark.parametrize("batches", [[rows(["x" * 65])], [rows([])], [PgError("no")], [RuntimeError("bug")], []])
def test_what_cannot_be_kept_is_not_tried_again(batches: list[pa.RecordBatch | Exception]) -> None:
    table, made = loaded(batches, 3 * RUNS_MIN)
    assert (table is None or not len(table.keys)) and len(made) == 1


def test_more_rows_take_more_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy.lookups, "ROWS_A_RUN", 1)
    lookups = Lookups(lambda compiled, params, zone: Rows([rows(range(3 * RUNS_MIN))]))
    seen = []
    for _ in range(5 * RUNS_MIN):
        lookups.note(COMPILED, encoder(), "UTC", lambda: COMPILED)
        settle(lookups)
        seen.append(lookups.table(Looked(COMPILED, (0,), OUTPUT)) is not None)
    assert seen.index(True) == 4 * RUNS_MIN - 1  # at 64 and 128 runs there were too many rows


def test_other_formats_and_statements_are_other_tables() -> None:
    lookups = Lookups(lambda compiled, params, zone: Rows([rows([1])]))
    for _ in range(RUNS_MIN):
        lookups.note(COMPILED, encoder((1,)), "UTC", lambda: COMPILED)
    settle(lookups)
    assert lookups.table(Looked(COMPILED, (1,), OUTPUT)) is not None
    assert lookups.table(Looked(COMPILED, (0,), OUTPUT)) is None
    assert lookups.table(Looked(COMPILED, (1,), OutputSettings(timezone="Europe/Berlin"))) is None
    other = Compiled("SELECT n", (), (INT4,), frozenset(), False, lookup=True)
    assert lookups.table(Looked(other, (1,), OUTPUT)) is None


def test_what_is_dropped_is_free_and_has_to_earn_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least used table goes when another needs the room."""
    lookups = Lookups(lambda compiled, params, zone: Rows([rows(range(50))]))
    statements = [Compiled("SELECT n", (), (INT4,), frozenset(), False, lookup=True) for _ in range(3)]
    asked = [Looked(statement, (0,), OUTPUT) for statement in statements]

    def run(at: int) -> None:
        for _ in range(RUNS_MIN):
            lookups.note(statements[at], encoder(), "UTC", lambda: statements[at])
        settle(lookups)

    run(0)
    table = lookups.table(asked[0])
    assert table is not None
    monkeypatch.setattr(lookups._tables, "_weight_max", 2 * table.bytes)
    run(1)
    assert lookups.table(asked[0]) is not None
    run(2)
    assert [lookups.table(one) is not None for one in asked] == [True, False, True]
    lookups.note(statements[1], encoder(), "UTC", lambda: statements[1])
    settle(lookups)
    assert lookups.table(asked[1]) is None
