"""Rows that are looked up by their key, kept encoded and sorted: a lookup that comes often needs no engine.

A statement that was run for many keys is run once for all of them, in a thread of its own, and what it gives is kept as the messages
that a client gets. Only what fits is kept. The replica never changes, so that this is what the engine would answer. Policy, quota and
audit come before: who looks here has been let through. Refuses to know messages and how statements are compiled.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from policies.errors import PgError
from proxy.kept import Kept
from proxy.pgtypes import EncodedRows, OutputSettings, RowEncoder
from proxy.pgtypes.arrow import plain
from proxy.pgtypes.fields import assemble_few
from proxy.sql.compiled import Compiled

if TYPE_CHECKING:
    from proxy.session.ports import Results

# Ascending: whole numbers as int64, texts as bytes of one width, padded with what no text ends in.
Keys = npt.NDArray[np.int64] | npt.NDArray[np.bytes_]
Key = int | bytes

KEY_BYTES_MAX = 64
BYTES_MAX, TABLE_BYTES_MAX, TABLE_ROWS_MAX = 192 << 20, 96 << 20, 2_000_000
TABLES_MAX = 1_000
NO_ROWS = assemble_few(())
# A statement is worth it when running it so often has cost as much as all of its rows will.
RUNS_MIN, ROWS_A_RUN = 64, 5_000
COUNTED_MAX, COUNTED_CHARACTERS = 10_000, 16_000_000  # statements whose runs are counted, and their texts
ENCODED_AT_ONCE = 8192

log = logging.getLogger("pgdouble")


@dataclass(frozen=True, slots=True)
class Table:
    """A statement's rows for every key: rows i are those of keys[i], which ascend. dense: the keys are whole numbers from the first on,
    each once. compiled: kept alive, so that no other statement has its identity."""

    keys: Keys
    rows: EncodedRows
    dense: bool
    compiled: Compiled

    def find(self, key: Key) -> tuple[int, int]:
        """Where the rows of a key begin and end."""
        keys = self.keys
        if isinstance(key, bytes):
            if len(key) > keys.itemsize:
                return 0, 0  # numpy would widen all keys to compare
        elif self.dense:
            start = key - int(keys[0])
            return (start, start + 1) if 0 <= start < len(keys) else (0, 0)
        start = int(keys.searchsorted(key))
        stop, last = start, len(keys)
        if stop < last and keys[stop] == key:
            stop += 1
            if stop < last and keys[stop] == key:
                stop = int(keys.searchsorted(key, "right"))
        return start, stop

    def looked_up(self, value: object) -> EncodedRows:
        """The rows of an engine's value; none for NULL, which equals nothing."""
        if value is None:
            return NO_ROWS
        key = int(str(value)) if self.keys.dtype.kind == "i" else str(value).encode()
        start, stop = self.find(key)
        if start == stop:
            return NO_ROWS
        offsets = self.rows.offsets[start : stop + 1]
        return EncodedRows(self.rows.span(start, stop), offsets - offsets[0])

    @property
    def bytes(self) -> int:
        """The memory that it takes."""
        return self.rows.buffer.nbytes + self.rows.offsets.nbytes + self.keys.nbytes


@dataclass(frozen=True, slots=True)
class Looked:
    """Which rows: of a statement, by identity, as values are written. Whoever keeps the name keeps this, so that no other statement gets
    its identity."""

    compiled: Compiled
    formats: tuple[int, ...]
    output: OutputSettings

    @property
    def name(self) -> Hashable:
        """Under which they are kept."""
        return id(self.compiled), self.formats, self.output


@dataclass(slots=True)
class _Runs:
    """How often a statement was run, and how often it must be; None: it does not fit."""

    compiled: Compiled
    count: int = 0
    needed: int | None = RUNS_MIN
    is_loading: bool = False


class TooMuch(Exception):
    """Rows that are not kept. for_good: however often they are asked for."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__()
        self.for_good = for_good


class Lookups:
    """See the module. start: gives the rows of a compiled statement with parameters, in a time zone. Any thread may ask."""

    def __init__(self, start: Callable[[Compiled, Sequence[object], str], Results]) -> None:
        self._start = start
        self._tables: Kept[Table] = Kept(TABLES_MAX, BYTES_MAX)
        self._runs: Kept[_Runs] = Kept(COUNTED_MAX, COUNTED_CHARACTERS)
        self._state = threading.Lock()  # held for moments
        self._loading = threading.Lock()  # one at a time

    def table(self, asked: Looked) -> Table | None:
        """The rows of a statement as a client wants them written, where they are kept."""
        return self._tables.get(asked.name) if asked.compiled.lookup else None

    def note(self, compiled: Compiled, encoder: RowEncoder, zone: str, for_every_key: Callable[[], Compiled]) -> None:
        """A lookup ran in the engine. for_every_key: compiles the same statement with its key as the last column, for no parameters."""
        name = Looked(compiled, encoder.formats, encoder.output.settings).name
        with self._state:
            runs = self._runs.get(name)
            if runs is None or runs.compiled is not compiled:
                runs = _Runs(compiled)
                self._runs.put(name, runs, len(compiled.sql))
            runs.count += 1
            if runs.needed is None or runs.count < runs.needed or runs.is_loading or self._tables.get(name) is not None:
                return
            runs.is_loading = True
        arguments = name, runs, encoder, zone, for_every_key
        threading.Thread(target=self._load, args=arguments, name="lookups", daemon=True).start()

    def held(self) -> tuple[int, int]:
        """(tables, bytes) now."""
        return self._tables.held()

    def _load(
        self, name: Hashable, runs: _Runs, encoder: RowEncoder, zone: str, for_every_key: Callable[[], Compiled]
    ) -> None:
        """Keep a statement's rows, or never try again, or later."""
        needed: int | None = RUNS_MIN
        with self._loading:
            try:
                table = self._loaded(runs, encoder, zone, for_every_key)
                self._tables.put(name, table, table.bytes)
            except TooMuch as error:
                needed = None if error.for_good else 2 * runs.count
            except (PgError, RuntimeError, MemoryError, ValueError, pa.ArrowException) as error:
                log.info("rows of a lookup are not kept: %s", type(error).__name__)
                needed = None
        with self._state:
            runs.is_loading, runs.needed = False, needed
            if needed == RUNS_MIN:
                runs.count = 0  # what is dropped for want of room has to earn it again

    def _loaded(self, runs: _Runs, encoder: RowEncoder, zone: str, for_every_key: Callable[[], Compiled]) -> Table:
        """Raises TooMuch, PgError."""
        results = self._start(for_every_key(), (), zone)
        try:
            read = _read(results, runs.count * ROWS_A_RUN)
        finally:
            results.close()
        keys, columns = _sorted(read)
        return Table(keys, _encoded(columns, encoder), _is_dense(keys), runs.compiled)


def _read(results: Results, enough: int) -> pa.Table:
    """All rows with a key. Raises TooMuch: for more than `enough` rows, for now."""
    batches, rows, size = [], 0, 0
    while (batch := results.next_batch()) is not None:
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows > TABLE_ROWS_MAX or size > TABLE_BYTES_MAX:
            raise TooMuch(for_good=True)
        if rows > enough:
            raise TooMuch(for_good=False)
    if not batches:
        raise TooMuch(for_good=True)  # there is nothing to keep
    table = pa.Table.from_batches(batches)
    return table.filter(pc.is_valid(table.column(table.num_columns - 1)))


def _sorted(read: pa.Table) -> tuple[Keys, pa.Table]:
    """The keys in order, and the other columns in theirs; rows of one key stay in the order they came in."""
    last = read.num_columns - 1
    keys = _keys(read.column(last).combine_chunks())
    columns = read.remove_column(last)
    order = np.argsort(keys, kind="stable")
    if (order[1:] > order[:-1]).all():
        return keys, columns
    return keys[order], columns.take(pa.array(order))


def _keys(column: pa.Array) -> Keys:
    """A column of keys without NULLs. Raises TooMuch for texts that are long."""
    if pa.types.is_integer(column.type):
        return column.to_numpy(zero_copy_only=False).astype(np.int64)  # type: ignore[no-any-return]
    texts = plain(column).cast(pa.binary())
    width = max(1, pc.max(pc.binary_length(texts)).as_py() or 0)
    if width > KEY_BYTES_MAX:
        raise TooMuch(for_good=True)
    return np.array(texts.to_pylist(), dtype=f"S{width}")


def _is_dense(keys: Keys) -> bool:
    """Whether the keys are whole numbers, each the one before and one more."""
    if keys.dtype.kind != "i" or not len(keys):
        return False
    numbers = keys.astype(np.int64)
    return int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1 and bool((np.diff(numbers) == 1).all())


def _encoded(columns: pa.Table, encoder: RowEncoder) -> EncodedRows:
    """All rows as messages. Raises TooMuch."""
    parts, size = [], 0
    for batch in columns.combine_chunks().to_batches(max_chunksize=ENCODED_AT_ONCE):
        parts.append(encoder.encode(batch))
        size += parts[-1].buffer.nbytes
        if size > TABLE_BYTES_MAX:
            raise TooMuch(for_good=True)
    starts = np.cumsum([0, *(part.buffer.nbytes for part in parts)])
    offsets = [part.offsets[:-1] + start for part, start in zip(parts, starts)]
    return EncodedRows(memoryview(b"".join(part.buffer for part in parts)), np.concatenate([*offsets, starts[-1:]]))
