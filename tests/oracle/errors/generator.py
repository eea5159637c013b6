"""Statements that fail, drawn by a seed: forms filled from the vocabulary, and valid typed statements that were spoilt.

A valid statement is drawn over the tables of `vocabulary` first; then one thing is wrong with it: a name, a type, a grouping,
a place number, a token. Refuses to know what Postgres says of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from tests.oracle.errors.vocabulary import AROUND, FORMS, SLOTS, TABLES

TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?|::|<>|<=|>=|\|\||->>?|[^\sA-Za-z_0-9]")
WORDS = (
    "select",
    "from",
    "where",
    ",",
    "(",
    ")",
    "order",
    "as",
    "=",
    "in",
    "case",
    "group by",
    "then",
    "1",
    "'x'",
    ".",
    "end",
    "x",
)
VALUES = {
    "int": "7", "text": "'x'::text", "date": "date '2024-01-01'", "float8": "1.5::float8", "float4": "1.5::float4", "numeric": "2.5",
    "array": "array['a']", "jsonb": "'{}'::jsonb", "timestamp": "timestamp '2024-01-01'", "enum": "'ok'::mood", "bool": "true",
    "timestamptz": "timestamptz '2024-01-01 00:00+00'", "interval": "interval '1 day'", "time": "time '10:00'", "bytea": "'\\x01'::bytea",
    "uuid": "'00000000-0000-0000-0000-000000000001'::uuid",
}  # fmt: skip
NUMBERS = ("int", "float8", "float4", "numeric")
# A function and the types that its argument may have.
FUNCTIONS = {
    "upper({})": ("text",), "length({})": ("text", "bytea"), "abs({})": NUMBERS, "round({}, 1)": ("numeric", "int"),
    "sum({})": (*NUMBERS, "interval"), "date_trunc('day', {})": ("date", "timestamp", "timestamptz", "interval"), "sqrt({})": NUMBERS,
    "jsonb_array_length({})": ("jsonb",), "array_length({}, 1)": ("array",), "to_char({}, '9')": (*NUMBERS, "timestamp", "interval",
    "date"),
    "bool_and({})": ("bool",), "age({})": ("timestamp", "timestamptz", "date"), "trim({})": ("text",), "md5({})": ("text", "bytea"),
    "extract(year from {})": ("date", "timestamp", "timestamptz", "interval"), "encode({}, 'hex')": ("bytea",),
    "avg({})": (*NUMBERS, "interval"),
    "cardinality({})": ("array",), "left({}, 1)": ("text",), "string_agg({}, ',')": ("text", "bytea"), "power({}, 2)": NUMBERS,
    "make_date({}, 1, 1)": ("int",), "repeat('a', {})": ("int",), "isfinite({})": ("date", "timestamp", "interval", "timestamptz"),
}  # fmt: skip


class Generator:
    """See the module; one stream of random numbers for all that it draws."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._spoilt: dict[str, Callable[[], str]] = {
            "42703": self._wrong_column, "42P01": self._wrong_table, "42702": self._ambiguous, "42803": self._ungrouped,
            "42883": self._wrong_argument, "42804": self._mismatched, "42P10": self._wrong_place, "42601": self._syntax,
        }  # fmt: skip

    def statements(self, each: int) -> Iterator[str]:
        """So many different ones for every SQLSTATE."""
        drawers = [*((lambda code=code: self._form(code)) for code in FORMS), *self._spoilt.values()]
        for draw in drawers:
            found: set[str] = set()
            for _ in range(each * 4):
                found.add(draw())
                if len(found) == each:
                    break
            yield from sorted(found)

    def _form(self, code: str) -> str:
        text = self._filled(self._random.choice(FORMS[code]))
        if text.endswith("|"):  # an aggregate, a set or a window, which not every place takes
            return f"select {text[:-1]} from edges"
        return self._random.choice(AROUND).replace("{0}", text)

    def _filled(self, form: str) -> str:
        def fill(match: re.Match[str]) -> str:
            return self._filled(self._random.choice(SLOTS[match[1]]))

        return re.sub(r"(?<!\{)\{(\w+)\}(?!\})", fill, form).replace("{{", "{").replace("}}", "}")

    def _table(self) -> str:
        return self._random.choice(list(TABLES))

    def _column(self, table: str, *kinds: str) -> str:
        fitting = [name for name, kind in TABLES[table].items() if not kinds or kind in kinds]
        return self._random.choice(fitting or ["id"])

    def _misspelt(self, name: str) -> str:
        at = self._random.randrange(len(name))
        return self._random.choice((name[:at] + name[at + 1 :] or "zz", name[:at] + "x" + name[at:], name + "s", f'"{name.upper()}"',
                                    "nosuch", f"{name}_{name}", name[::-1]))  # fmt: skip

    def _wrong_column(self) -> str:
        table = self._table()
        wrong, right = self._misspelt(self._column(table)), self._column(table)
        return self._random.choice((
            f"select {wrong} from {table}", f"select {right}, {wrong} from {table}", f"select t.{wrong} from {table} t",
            f"select {table}.{wrong} from {table}", f"select {right} from {table} where {wrong} is null",
            f"select {right} from {table} order by {wrong}", f"select count(*) from {table} group by {wrong}",
            f"select count({wrong}) from {table}", f"select a.{right} from {table} a join people b on a.id = b.{wrong}",
            f"select {right} from {table} where exists (select 1 from items i where i.id = {table}.{wrong})",
            f"select s.{wrong} from (select {right} from {table}) s", f"with c as (select * from {table}) select c.{wrong} from c",
            f"select sum(id) over (partition by {wrong}) from {table}", f"select 1 from {table} join items using ({wrong})",
            f"select ({table}).{wrong} from {table}", f"select case when id = 1 then {wrong} end from {table}",
            f"select distinct on ({wrong}) {right} from {table}", f"select a.id from {table} a, people b where {wrong} = b.id",
        ))  # fmt: skip

    def _wrong_table(self) -> str:
        table, other = self._random.sample(list(TABLES), 2)
        right, wrong = self._column(table), self._misspelt(table)
        return self._random.choice((
            f"select {right} from {wrong}", f"select * from {other} join {wrong} on true", f"select * from public.{wrong}",
            f"select {table}.{right} from {other}", f"select {table}.{right} from {table} t", f"select {wrong}.* from {table}",
            f"select 1 from {table} where exists (select 1 from {wrong})", f"select 1 from {table} t where {other}.id = t.id",
            f"select * from {other} o, (select o.id) s", f"select * from {other} o join {table} t on t.id = z.id",
            f"select count({other}.id) from {table}", f"select 1 from {table} order by {other}.id",
            f"select 1 union select id from {wrong}",
            f"select (select {right} from {wrong})", f"with {table} as (select 1) select * from {wrong}",
            f"select t.id from {table} t, (select * from {other} where id = t.id) s",
        ))  # fmt: skip

    def _ambiguous(self) -> str:
        table, other = self._random.sample(["people", "orders", "items", "grown", "edges"], 2)
        name = self._random.choice([column for column in TABLES[table] if column in TABLES[other]])
        value = VALUES[TABLES[table][name]]
        return self._random.choice((
            f"select {name} from {table}, {other}", f"select 1 from {table} a join {other} b on {name} = {value}",
            f"select 1 from {table}, {other} where {name} is null", f"select 1 from {table} cross join {other} order by {name}",
            f"select count({name}) from {table} left join {other} on true", f"select 1 from {table} a, {table} b where {name} = {value}",
            f"select max({name}) over () from {table} a, {other} b", f"select coalesce({name}, {value}) from {table}, {other}",
            f"select 1 from {table}, {other} group by {name}", f"select (select {name}) from {table}, {other}",
            f"select {name} from (select a.*, b.* from {table} a, {other} b) s",
            f"select 1 from {table} where exists (select {name} from {table} a, {other} b)",
            f"select s.{name} from (select {name}, {name} from {table}) s",
        ))  # fmt: skip

    def _ungrouped(self) -> str:
        table = self._random.choice(["people", "orders", "items", "grown", "edges"])
        key, other = self._random.sample([name for name in TABLES[table] if name not in ("id", "data")], 2)
        return self._random.choice((
            f"select {other}, count(*) from {table} group by {key}", f"select {other} from {table} having count(*) > 1",
            f"select {key}, {other} from {table} group by {key}", f"select count(*) from {table} group by {key} having {other} is null",
            f"select {key} from {table} group by {key} order by {other}", f"select count(*) from {table} where count({key}) > 1",
            f"select max(count({key})) from {table}", f"select t.{other} from {table} t join people p on true group by t.{key}",
            f"select {key}, count(*) over (partition by {other}) from {table} group by {key}",
            f"select {key}, (select t.{other}) from {table} t group by {key}", f"select count({key}) from {table} group by count({other})",
            f"select 1 from {table} a join {table} b on count(a.{key}) > 1", f"select coalesce({other}, null) from {table} group by {key}",
            f"select {key}, sum(id), {other} is null from {table} group by rollup ({key})", f"select {other}, max({key}) from {table}",
            f"select count(*) filter (where max({key}) is null) from {table}", f"select {table} from {table} group by {key}",
            f"select {key} from {table} where {key} = max({key})",
        ))  # fmt: skip

    def _wrong_argument(self) -> str:
        table = self._table()
        name, kind = self._random.choice(list(TABLES[table].items()))
        value = self._random.choice((name, VALUES[kind]))
        other = self._random.choice([each for each in VALUES if each != kind])
        second = VALUES[other]
        functions = [text for text, kinds in FUNCTIONS.items() if kind not in kinds]
        call = self._random.choice(functions).format(value)
        operator = self._random.choice(
            ("+", "-", "*", "/", "=", "<", ">=", "<>", "||", "@>", "&&", "~", "like", "->", "%", "^")
        )
        return self._random.choice((
            f"select {call} from {table}", f"select {call} from {table}", f"select id from {table} where {value} {operator} {second}",
            f"select {value} {operator} {second} from {table}", f"select {value} {operator} {second} from {table}",
            f"select 1 from {table} a join {table} b on a.{name} {operator} {second}",
            f"select {self._misspelt('upper')}({value}) from {table}",
            f"select upper({value}, {second}, {value}) from {table}", f"select {value} in ({value}, {second}) from {table}",
            f"select id from {table} order by {value} {operator} {second}", f"select nullif({value}, {second}) from {table}",
            f"select {value} between {second} and {second} from {table}", f"select case {value} when {second} then 1 end from {table}",
            f"select ({value}, 1) = ({second}, 1) from {table}", f"select {value} = any (array[{second}]) from {table}",
            f"select {value} is distinct from {second} from {table}", f"select - {value} from {table}",
            f"select {value} in (select {second}) from {table}",
        ))  # fmt: skip

    def _mismatched(self) -> str:
        table = self._table()
        name, kind = self._random.choice(list(TABLES[table].items()))
        value = self._random.choice((name, VALUES[kind]))
        second = VALUES[self._random.choice([each for each in VALUES if each != kind])]
        return self._random.choice((
            f"select case when {value} then 1 end from {table}", f"select case when id = 1 then {value} else {second} end from {table}",
            f"select coalesce({value}, {second}) from {table}", f"select array[{value}, {second}] from {table}",
            f"select greatest({second}, {value}) from {table}", f"select {value} from {table} union select {second}",
            f"select id from {table} where {value}", f"select not {value} from {table}", f"select id from {table} where id = 1 and {value}",
            f"values ({second}), ({VALUES[kind]})", f"select id from {table} limit {VALUES[kind]}", f"select {value}[1] from {table}",
            f"select count(*) filter (where {value}) from {table}", f"select id from {table} where id = any ({value})",
            f"select a.id from {table} a join {table} b on a.{name}", f"select array_append(array[{value}], {second}) from {table}",
            f"select {value} from {table} except all select {second} from {table}", f"select (array[1])[{value}] from {table}",
            f"select count(*) from {table} having {VALUES[kind]}", f"select {value} is true from {table}",
            f"select case {value} when {value} then {value} else {second} end from {table}",
        ))  # fmt: skip

    def _wrong_place(self) -> str:
        table = self._random.choice(["people", "orders", "items", "edges"])
        name, other = self._random.sample([name for name in TABLES[table] if name != "data"], 2)
        place = self._random.choice(("0", "3", "7", "-1", "99"))
        return self._random.choice((
            f"select distinct {name} from {table} order by {other}", f"select distinct on ({name}) id from {table} order by {other}",
            f"select {name} from {table} order by {place}", f"select {name} from {table} group by {place}",
            f"select distinct on ({place}) {name} from {table}",
            f"select {name} from {table} union select {name} from {table} order by {place}",
            f"select count(distinct {name} order by {other}) from {table}",
            f"select array_agg(distinct {name} order by {other}) from {table}",
            f"select distinct {name}, id from {table} order by id, {other} desc",
            f"select {name}, {other} from {table} order by 1, {place}",
            f"select distinct {name} is null from {table} order by {name} is not null",
            f"select t.a from {table} as t({', '.join('a' * 40)})",
            f"with c(a, b, d) as (select {name} from {table}) select 1 from c", f"select 1 from (select {name} from {table}) s(a, b)",
            f"select distinct on ({name}, {other}) id from {table} order by id, {name}",
        ))  # fmt: skip

    def _valid(self) -> str:
        table = self._table()
        name, other = self._random.sample(list(TABLES[table]), 2)
        value = VALUES[TABLES[table][name]]
        return self._random.choice((
            f"select {name}, {other} as x from {table} where {name} = {value} and {other} is not null order by {name} limit 5",
            f"select count(*), max(id) from {table} t join people p on t.id = p.id group by t.{name} having count(*) > 1",
            f"select case when id = 1 then {value} else {name} end from {table} where id in (1, 2, 3)",
            f"with c as (select {name} from {table}) select * from c union all select {value}",
            f"select sum(id) over (partition by {name} order by id) from (select * from {table}) s",
            f"select cast({name} as text), id::text || 'x' from {table} where exists (select 1 from items)",
            f"select distinct on ({name}) {name}, id + 1 from {table} order by {name} desc nulls last",
        ))  # fmt: skip

    def _syntax(self) -> str:
        tokens = TOKEN.findall(self._valid())
        at = self._random.randrange(len(tokens))
        action = self._random.randrange(6)
        if action == 0:
            del tokens[at]
        elif action == 1:
            tokens.insert(at, tokens[at])
        elif action == 2:
            tokens.insert(at, self._random.choice(WORDS))
        elif action == 3:
            del tokens[max(at, 1) :]
        elif action == 4:
            tokens[at] = self._random.choice(WORDS)
        else:
            other = self._random.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        return " ".join(tokens)
