"""Columns of generated tables as values, each made once and on demand: a foreign key's values are its target's.

Follows owners and references from column to column (`plan.cycles` has refused circles). Synthetic rows and public
tables only. Refuses to know files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from synth.encode.cells import Cells, coded_cells, constant_cells, text_cells
from synth.encode.decode import bin_cells, category_cells
from synth.encode.formats import WORDS, make_texts, pattern_room, pick, placeholder
from synth.encode.patterns import texts_of
from synth.encode.public import PublicTable
from synth.plan.columns import TEXT_TYPES
from synth.plan.domains import Bins, Categories, Provenance
from synth.plan.judge import Judge
from synth.plan.model import ColumnPlan, ReferenceKind, ReferencePlan, Role, Rule, TablePlan
from synth.relational.keys import KeysExhausted, fresh_keys, key_room
from synth.relational.table import GeneratedTable, Ints
from synth.source.schema import Column

MAKE_MOST = 50_000_000  # candidates for one column whose CHECK admits few
_NUMBER = re.compile(r"\d+")

AxisDomains = Mapping[tuple[int, str], Categories | Bins]


def _beyond(rules: Sequence[Rule]) -> int:
    """A number of candidates among which all are that the rules name: twice as many without a good one more, and there are no more."""
    named = (int(number) for rule in rules for number in _NUMBER.findall(rule.expression.text))
    return 4 * max(named, default=0) + 1_000


class Values:
    """Cells of every column of every table."""

    def __init__(
        self,
        tables: Mapping[int, GeneratedTable],
        public: Mapping[int, PublicTable],
        domains: AxisDomains,
        rng: np.random.Generator,
        judge: Judge,
    ) -> None:
        self._tables = tables
        self._public = public
        self._domains = domains
        self._rng = rng
        self._judge = judge
        self._made: dict[tuple[int, int], Cells] = {}

    def cells(self, oid: int, attnum: int) -> Cells:
        """The column's cells, in row order."""
        if (oid, attnum) not in self._made:
            if oid in self._public:
                self._made[oid, attnum] = Cells(self._public[oid].array(attnum))
            else:
                self._made[oid, attnum] = self._make(self._tables[oid], attnum)
        return self._made[oid, attnum]

    def forget(self, plan: TablePlan, kept: Collection[int]) -> None:
        """Drop the cells of a table that is written, but for the columns that others take their values from."""
        for column in plan.table.columns:
            if column.attnum not in kept:
                self._made.pop((plan.oid, column.attnum), None)

    def _make(self, table: GeneratedTable, attnum: int) -> Cells:
        plan = table.plan.column(attnum)
        if plan.role is Role.OWNER:
            assert table.plan.owner is not None
            target = table.plan.owner.target_columns[table.plan.owner.columns.index(attnum)]
            return self.cells(table.plan.owner.target, target).take(table.owner_rows)
        if plan.role in (Role.PUBLIC, Role.OTHER):
            return self._referenced(table, attnum)
        if plan.role is Role.KEY:
            return self._admitted(table, plan, lambda rows: fresh_keys(plan, rows, self._rng), key_room(plan.column))
        if plan.role is Role.LINE:
            return Cells(pa.array(table.line_numbers(), pa.int64()))
        if plan.role is Role.MODEL:
            return self._modelled(table, plan)
        return self._made_up(table, plan)

    def _referenced(self, table: GeneratedTable, attnum: int) -> Cells:
        reference = next(
            each
            for each in table.plan.references
            if attnum in each.key.columns and each.kind is not ReferenceKind.IMPLIED
        )
        target = reference.key.target_columns[reference.key.columns.index(attnum)]
        return self.cells(reference.key.target, target).take(self._target_rows(table, reference))

    def _target_rows(self, table: GeneratedTable, reference: ReferencePlan) -> Ints:
        if reference.kind is ReferenceKind.OTHER:
            return table.references[reference.key.oid]
        rows = table.codes[reference.axis].astype(np.int64)
        return np.where(rows < self._public[reference.key.target].rows, rows, -1)

    def _modelled(self, table: GeneratedTable, plan: ColumnPlan) -> Cells:
        domain = self._domains[table.plan.oid, plan.axis]
        codes = table.codes[plan.axis]
        if isinstance(domain, Bins):
            return bin_cells(plan.column, domain, codes, table.ticks[plan.column.attnum])
        found = plan.provenance is Provenance.DISCOVERED
        return category_cells(plan.column, domain, codes, found=found, rng=self._rng)

    def _made_up(self, table: GeneratedTable, plan: ColumnPlan) -> Cells:
        column, rows = plan.column, table.rows
        if plan.role in (Role.NULL, Role.COMPUTED):  # computed on the replica, from all the others
            return constant_cells(None, rows)
        if plan.role is Role.CONSTANT:
            return constant_cells(plan.text, rows)
        if plan.role is Role.FORMAT:
            room = pattern_room(plan.text)
            if plan.unique and room is not None and rows > room:
                raise KeysExhausted(
                    f'format "{plan.text}" of column "{column.name}" makes too few different texts for the release',
                    hint="Lengthen the pattern, or lower the scale.",
                )
            return self._admitted(
                table, plan, lambda count: self._formatted(plan, count), room if plan.unique else None
            )
        if plan.bank or (column.base_oid in TEXT_TYPES and not column.element_oid):
            return self._words(plan, rows)
        return constant_cells(
            placeholder(column.base_oid, column.typtype, column.typmod, bool(column.element_oid)), rows
        )

    def _formatted(self, plan: ColumnPlan, rows: int) -> Cells:
        column = plan.column
        texts = (
            texts_of(plan.shape, 0, rows)
            if plan.shape
            else make_texts(plan.text, rows, column.length, plan.unique, self._rng)
        )
        width = column.length if column.base_oid == 1042 else None
        return text_cells([text.ljust(width) for text in texts] if width else texts)

    def _admitted(
        self, table: GeneratedTable, plan: ColumnPlan, make: Callable[[int], Cells], room: int | None
    ) -> Cells:
        """As many cells as the table has rows, of those that the column's own rules admit; different where `make` makes them so."""
        rows, rules = table.rows, table.plan.rules
        if not plan.shape and not any(rule.columns == {plan.column.attnum} for rule in rules):
            return make(rows)
        asked, had, found, beyond = rows, -1, -1, _beyond(rules)
        while True:
            cells = make(asked)
            good = np.flatnonzero(self._judge.admitted(table.plan.table, plan.column, rules, cells))
            if len(good) >= rows:
                return cells.take(good[:rows])
            if len(good) and not plan.unique:
                return cells.take(good[self._rng.integers(0, len(good), rows)])
            no_more = asked >= MAKE_MOST or asked == room or len(cells.array) == had
            if no_more or (0 < len(good) == found and asked >= beyond):
                if self._may_be_null(table.plan, plan.column):
                    return cells.take(self._in_some_rows(good, rows))
                raise KeysExhausted(
                    f'column "{plan.column.name}" has too few different values that its CHECK admits for the release',
                    hint="Lower `--scale`, or write `checks: drop` in the policy's `catalog`.",
                )
            had, found = len(cells.array), len(good)
            asked = min(2 * asked, MAKE_MOST if room is None else room)

    def _may_be_null(self, plan: TablePlan, column: Column) -> bool:
        """Whether NULLs break nothing: neither the column's own UNIQUE nor a key into it."""
        keys = (key for table in self._tables.values() for key in table.plan.table.foreign_keys)
        referred = any(key.target == plan.oid and column.attnum in key.target_columns for key in keys)
        return not column.not_null and not referred and (column.attnum,) not in plan.table.nulls_alike

    def _in_some_rows(self, good: Ints, rows: int) -> Ints:
        """The candidates, each in one row, and nothing in the others: NULLs are no duplicates."""
        found = np.full(rows, -1, dtype=np.int64)
        found[self._rng.permutation(rows)[: len(good)]] = good
        return found

    def _words(self, plan: ColumnPlan, rows: int) -> Cells:
        """Placeholder text: a word or two, cut to the column's length."""
        length, blank = plan.column.length, plan.column.base_oid == 1042
        if plan.bank:
            return coded_cells(plan.bank, self._rng.integers(0, len(plan.bank), rows))
        bank = [f"{pick(self._rng, WORDS)} {pick(self._rng, WORDS)}" for _ in range(64)]
        if length is not None:
            bank = [text[:length].ljust(length) if blank else text[:length].strip() or text[:1] for text in bank]
        if plan.column.base_oid == 18:
            bank = [text[:1] for text in bank]
        return coded_cells(bank, self._rng.integers(0, len(bank), rows))
