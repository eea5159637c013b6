"""Statements that call a function or an operator of the inventory: with literals, over a table's rows, as aggregate and window.

Drawn by a seed. Of several drawings the first that Postgres answers with a value is kept, so that a call is exercised and not only
its errors; where Postgres answers none, none is asked, and the entry stays uncovered. Refuses to know the double.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.oracle.compare import Answer
from tests.oracle.run.inventory import Entry
from tests.oracle.run.values import (
    COLUMN_OF_PROBE,
    COLUMNS,
    COUNTING,
    NAMES,
    OF_ELEMENT,
    OIDS,
    PRIVILEGES,
    RANGE_NAMES,
    RECORDS,
    SMALL,
    STAND_INS,
    TEXTS,
    TYPES,
    USERS,
    WRITTEN,
)  # fmt: skip

TRIES = 60
ROW = "null::probe"
ELEMENTS = ("int4", "text", "numeric", "date")
RANGED = ("int4", "numeric", "date")


class Caller:
    """See the module. ask: what Postgres answers to a statement."""

    def __init__(self, seed: int, ask: Callable[[str], Answer]) -> None:
        self._seed = seed
        self._ask = ask
        self._random = random.Random(seed)

    def statements(self, entry: Entry) -> list[str]:
        """One of each form; the same whatever other entries were asked for before."""
        self._random = random.Random(f"{self._seed} {entry.operator} {entry.oid}")
        found = dict.fromkeys(self._answered(entry, form) for form in self._forms(entry))
        return [statement for statement in found if statement]

    def _forms(self, entry: Entry) -> Iterator[Callable[[Entry], str]]:
        if entry.kind == "a":
            yield from (self._aggregate, self._grouped)
            if entry.agg_kind == "n":
                yield self._running
        elif entry.kind == "w":
            yield from (self._windowed, self._windowed)
        elif entry.returns_set:
            yield from (self._from_clause,) if entry.untyped else (self._from_clause, self._literal)
        else:
            yield self._literal
            if entry.args:
                yield self._over_rows

    def _answered(self, entry: Entry, form: Callable[[Entry], str]) -> str:
        answered = ""
        for _ in range(TRIES if entry.args else 1):
            statement = form(entry)
            if not statement:
                return ""
            answer = self._ask(statement)
            if any(value is not None for row in answer.rows for value in row[-1:]):
                return statement
            answered = answered or ("" if answer.sqlstate else statement)
        return answered

    def _literal(self, entry: Entry) -> str:
        arguments = self._arguments(entry, rows=False)
        return f"select {self._written(entry, arguments)}" if arguments is not None else ""

    def _over_rows(self, entry: Entry) -> str:
        arguments = self._arguments(entry, rows=True)
        if arguments is None:
            return ""
        return f"select id, {self._written(entry, arguments)} as v from probe where {self._some()} order by id"

    def _from_clause(self, entry: Entry) -> str:
        arguments = self._arguments(entry, rows=False)
        columns = " as t(a int, b text)" if entry.untyped else " t"
        return f"select * from {self._written(entry, arguments)}{columns}" if arguments is not None else ""

    def _aggregate(self, entry: Entry) -> str:
        call = self._aggregated(entry)
        return f"select {call} from probe where {self._some()}" if call else ""

    def _grouped(self, entry: Entry) -> str:
        call = self._aggregated(entry)
        return f"select b, {call} as v from probe group by b order by b nulls first" if call else ""

    def _running(self, entry: Entry) -> str:
        arguments = self._arguments(entry, rows=True)
        if arguments is None:
            return ""
        part = self._random.choice(("", "partition by b ", "partition by i4 "))
        return f"select id, {self._written(entry, arguments)} over ({part}order by id) as v from probe order by id"

    _windowed = _running

    def _aggregated(self, entry: Entry) -> str:
        arguments = self._arguments(entry, rows=True)
        if arguments is None:
            return ""
        if entry.agg_kind == "h":
            return f"{entry.name}({self._literals(entry.args)}) within group (order by {arguments[-1]})"
        if entry.agg_kind == "o":
            direct = self._literals(entry.args[: entry.direct])
            return f"{entry.name}({direct}) within group (order by {arguments[-1]})"
        order = " order by id" if arguments else ""
        narrowed = self._random.choice(("", "", " filter (where id > 1)"))
        return f"{entry.name}({', '.join(arguments) or '*'}{order}){narrowed}"

    def _literals(self, kinds: tuple[str, ...]) -> str:
        direct = ("0.25", "0.5", "1")
        return ", ".join(
            self._random.choice(direct)
            if kind == "float8"
            else self._literal_of("math", "int4" if kind == "any" else kind)
            for kind in kinds
        )

    def _some(self) -> str:
        return self._random.choice(("true", "id <> 3", "id in (1, 4)", "id < 3", "id = 5", "id <> 2"))

    def _written(self, entry: Entry, arguments: list[str]) -> str:
        if entry.operator:
            return f"{' '.join([arguments[0], entry.name, arguments[1]] if len(arguments) == 2 else [entry.name, *arguments])}"
        if entry.variadic and entry.args[-1] != "any":
            arguments = [*arguments[:-1], f"variadic {arguments[-1]}"]
        return f"{entry.name}({', '.join(arguments)})"

    def _arguments(self, entry: Entry, rows: bool) -> list[str] | None:
        """One for each; None where a type has no values here. rows: from columns where there are any."""
        if entry.name.endswith("_privilege") or entry.name == "pg_has_role":
            return self._privilege(entry)
        ranged = any("range" in each for each in (*entry.args, entry.result))
        element = self._random.choice(RANGED if ranged else ELEMENTS)
        columns = self._random.randrange(1 << len(entry.args)) | 1 if rows else 0
        found = [
            ROW
            if kind == "anyelement" and "populate_record" in entry.name
            else self._value(entry.chapter, self._concrete(kind, element), bool(columns >> place & 1))
            for place, kind in enumerate(entry.args)
        ]
        return None if "" in found else found

    def _privilege(self, entry: Entry) -> list[str] | None:
        """Of what asks for a privilege: [user,] object, [column,] privilege; of a role: [user,] role, privilege."""
        draw, kinds = self._random.choice, list(entry.args)
        if entry.name == "pg_has_role":
            return [*(USERS[kind] for kind in kinds[:-1]), f"'{draw(('member', 'usage'))}'::text"]
        kind = entry.name.removeprefix("has_").removesuffix("_privilege")
        names, oids, words = PRIVILEGES.get(kind, ((), (), ()))
        own = 3 if kind == "column" else 2
        pool = [f"'{name}'::text" for name in names] if kinds[-own] == "text" else list(oids)
        if not pool:
            return None
        column = [f"'{draw(COLUMN_OF_PROBE[kinds[-2]])}'::{kinds[-2]}"] if kind == "column" else []
        return [*(USERS[each] for each in kinds[:-own]), draw(pool), *column, f"'{draw(words)}'::text"]

    def _concrete(self, kind: str, element: str) -> str:
        if kind == "any":
            return self._random.choice(STAND_INS["any"])
        name = OF_ELEMENT.get(kind, kind).format(element)
        return RANGE_NAMES.get(name, name)

    def _value(self, chapter: str, kind: str, column: bool) -> str:
        if column and kind in COLUMNS and not (kind in ("oid", "text", "name") and chapter == "system information"):
            return COLUMNS[kind]
        return self._literal_of(chapter, kind)

    def _literal_of(self, chapter: str, kind: str) -> str:
        draw = self._random
        if kind == "record":
            return draw.choice(RECORDS)
        if kind == "oid" and chapter == "system information":
            return draw.choice(OIDS)
        pool = TYPES.get(kind, ())
        if chapter in COUNTING:
            pool = SMALL.get(kind, pool)
        if kind == "text" and draw.random() < 0.8:
            pool = TEXTS.get(chapter, pool)
        if kind == "name":
            pool = NAMES.get(chapter, pool)
        if not pool:
            return ""
        name = f"{kind[1:]}[]" if kind.startswith("_") else WRITTEN.get(kind, kind)
        quoted = draw.choice(pool).replace("'", "''")
        return f"'{quoted}'::{name}"
