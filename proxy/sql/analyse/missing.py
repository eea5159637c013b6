"""What is said of a column or table that is not found: whether one of that name is out of reach, else the nearest name.

Follows errorMissingColumn, errorMissingRTE and the fuzzy matching of src/backend/parser/parse_relation.c. Refuses to know how names are
looked up; what a role may not see is never named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from proxy.catalog.model import RelationRow
from proxy.sql.analyse.errors import UndefinedColumn, UndefinedTable

FUZZY_MAX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A range table entry of this query level or one around it. names: those of its columns that the role may see.

    lateral: LATERAL would bring it into reach; named: `name.column` finds it; relation: what it stands for under an alias.
    """

    name: str
    names: tuple[str, ...]
    lateral: bool = False
    named: bool = False
    relation: RelationRow | None = None


def missing_column(entries: Sequence[Entry], table: str, name: str, position: int) -> UndefinedColumn:
    """No `name`, or no `table.name` where a table is given."""
    shown = f"column {table}.{name} does not exist" if table else f'column "{name}" does not exist'
    exact = [entry for entry in entries if name in entry.names and (not table or entry.name == table)]
    if len(exact) > 1:
        return UndefinedColumn(
            shown, position=position, hint="" if table else "Try using a table-qualified name.",
            detail=f'There are columns named "{name}", but they are in tables that cannot be referenced from this part of the query.',
        )  # fmt: skip
    if exact:
        return UndefinedColumn(
            shown, position=position, hint=_way_to(exact[0], table),
            detail=f'There is a column named "{name}" in table "{exact[0].name}", but it cannot be referenced from this part of the query.',
        )  # fmt: skip
    near = [f'the column "{entry}.{column}"' for entry, column in _nearest(entries, table, name)]
    return UndefinedColumn(
        shown, position=position, hint=f"Perhaps you meant to reference {' or '.join(near)}." if near else ""
    )


def _way_to(entry: Entry, table: str) -> str:
    if entry.lateral:
        return "To reference that column, you must mark this subquery with LATERAL."
    return "To reference that column, you must use a table-qualified name." if entry.named and not table else ""


def _nearest(entries: Sequence[Entry], table: str, name: str) -> list[tuple[str, str]]:
    """At most two columns, as near to the name as no other; none where more are."""
    best, found = FUZZY_MAX + 1, list[tuple[str, str]]()
    for entry in entries:
        penalty = distance(table, entry.name) if table else 0
        for column in entry.names:
            far = distance(name, column)
            if penalty > best or far > len(name) // 2 or far + penalty > best:
                continue
            if far + penalty < best:
                best, found = far + penalty, []
            found.append((entry.name, column))
    return found if len(found) <= 2 else []


def missing_table(
    entries: Sequence[Entry], visible: Callable[[str], bool], relation: RelationRow | None, name: str, position: int
) -> UndefinedTable:
    """No FROM item `name`. relation: the table of that name, which an item may be under an alias; visible: whether an alias is in reach."""
    for entry in entries:
        if relation is not None and entry.relation is relation and entry.name != name and visible(entry.name):
            return _invalid(name, position, hint=f'Perhaps you meant to reference the table alias "{entry.name}".')
        if entry.name == name or (relation is not None and entry.relation is relation):
            return _invalid(
                name, position,
                detail=f'There is an entry for table "{entry.name}", but it cannot be referenced from this part of the query.',
                hint="To reference that table, you must mark this subquery with LATERAL." if entry.lateral else "",
            )  # fmt: skip
    return UndefinedTable(f'missing FROM-clause entry for table "{name}"', position=position)


def _invalid(name: str, position: int, detail: str = "", hint: str = "") -> UndefinedTable:
    message = f'invalid reference to FROM-clause entry for table "{name}"'
    return UndefinedTable(message, position=position, detail=detail, hint=hint)


def distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        row = list(_next_row(row, at, char, other))
    return row[-1]


def _next_row(before: list[int], first: int, char: str, other: str) -> Iterator[int]:
    last = first
    yield last
    for place, wanted in enumerate(other, 1):
        last = min(before[place] + 1, last + 1, before[place - 1] + (char != wanted))
        yield last
