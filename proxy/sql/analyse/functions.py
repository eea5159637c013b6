"""Which function or operator a call means: candidates by name and search path, then Postgres' elimination rules.

Follows documentation 10.2 and 10.3 (func_get_detail, func_select_candidate, oper). Refuses to know clauses and trees; takes
argument types, gives a row of pg_proc or pg_operator with its argument types after variadic expansion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxy.catalog.model import Catalog, OperatorRow, ProcRow
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Coercer
from proxy.sql.analyse.errors import AmbiguousFunction, UndefinedFunction, UndefinedSchema

OPERATORS_MAX = 20_000  # meanings of written operators that are kept


@dataclass(frozen=True, slots=True)
class Candidate:
    """A function that a call may mean. args: declared types, one for each given argument (variadic ones repeated).

    defaults: how many trailing parameters take their default. order: for each parameter the index of its argument.
    """

    proc: ProcRow
    args: tuple[int, ...]
    defaults: int = 0
    variadic: bool = False
    order: tuple[int, ...] = ()
    rank: int = 0


class Resolver:
    """Function and operator lookup for one statement."""

    def __init__(self, coercer: Coercer) -> None:
        self.coercer = coercer
        self.types = coercer.types

    @property
    def catalog(self) -> Catalog:
        """The catalog in force; another one inside a view."""
        return self.types.catalog

    def function(
        self, names: Sequence[str], given: Sequence[int], keywords: Sequence[str], variadic_array: bool, position: int
    ) -> Candidate | None:
        """The function a call means; None where none fits. keywords: names of the trailing named arguments."""
        candidates = self._candidates(names, len(given), keywords, variadic_array, position)
        exact = [one for one in candidates if one.args == tuple(given)]
        if exact:
            return exact[0]
        fitting = [one for one in candidates if self.coercer.can(given, one.args)]
        if not fitting:
            return None
        if len(fitting) == 1:
            return fitting[0]
        chosen = self._select(given, [one.args for one in fitting])
        if chosen is None:
            raise AmbiguousFunction(
                f"function {self.signature(names, given, keywords)} is not unique", position=position,
                hint="Could not choose a best candidate function. You might need to add explicit type casts.",
            )  # fmt: skip
        return fitting[chosen]

    def missing(
        self, names: Sequence[str], given: Sequence[int], keywords: Sequence[str], position: int
    ) -> UndefinedFunction:
        """The error for a call that nothing fits."""
        return UndefinedFunction(
            f"function {self.signature(names, given, keywords)} does not exist",
            position=position,
            hint="No function matches the given name and argument types. You might need to add explicit type casts.",
        )

    def signature(self, names: Sequence[str], given: Sequence[int], keywords: Sequence[str] = ()) -> str:
        """name(type, type, key => type)."""
        plain = len(given) - len(keywords)
        parts = [self.types.name(one) for one in given[:plain]]
        parts += [f"{key} => {self.types.name(one)}" for key, one in zip(keywords, given[plain:])]
        return f"{'.'.join(names)}({', '.join(parts)})"

    def _candidates(
        self, names: Sequence[str], count: int, keywords: Sequence[str], variadic_array: bool, position: int
    ) -> list[Candidate]:
        """FuncnameGetCandidates: earlier schemas of the path hide the same argument types of later ones."""
        if len(names) > 1:
            if names[-2] not in self.catalog.namespace_by_name:
                raise UndefinedSchema(f'schema "{names[-2]}" does not exist', position=position)
            path: tuple[int, ...] = (self.catalog.namespace_by_name[names[-2]],)
        else:
            path = self.types.path
        found: dict[tuple[int, ...], Candidate] = {}
        for rank, namespace in enumerate(path):
            for proc in self.catalog.procs_by_name.get(names[-1], ()):
                if proc.namespace == namespace and proc.kind != "p":
                    for one in _shapes(proc, count, keywords, variadic_array, rank):
                        held = found.get(one.args)
                        if held is None or (
                            held.rank == rank and (held.variadic, held.defaults) > (one.variadic, one.defaults)
                        ):
                            found[one.args] = one
        return list(found.values())

    def operator(self, names: Sequence[str], left: int, right: int, position: int) -> OperatorRow:
        """The operator that a written one means; left 0 for a prefix operator. Raises UndefinedFunction."""
        # Found by names, path and types alone, and the same few again and again.
        key = (tuple(names), self.types.path, left, right)
        known = self.catalog.operators_found
        found = known.get(key)
        if found is None:
            if len(known) >= OPERATORS_MAX:
                known.clear()
            found = known[key] = self._find_operator(names, left, right, position)
        return found

    def _find_operator(self, names: Sequence[str], left: int, right: int, position: int) -> OperatorRow:
        rows = self._operators(names, position)
        exact = self._exact_operator(rows, left, right)
        if exact is not None:
            return exact
        given: tuple[int, ...] = (left, right) if left else (right,)
        sided = [row for row in rows if bool(row.left) == bool(left)]
        shapes = [(row.left, row.right) if left else (row.right,) for row in sided]
        fitting = [index for index, args in enumerate(shapes) if self.coercer.can(given, args)]
        if len(fitting) == 1:
            return sided[fitting[0]]
        if fitting:
            assumed: tuple[int, ...] = given
            if left and t.UNKNOWN in given:
                assumed = tuple(t.UNKNOWN if one == t.UNKNOWN else one for one in given)
            chosen = self._select(assumed, [shapes[index] for index in fitting])
            if chosen is not None:
                return sided[fitting[chosen]]
            raise AmbiguousFunction(
                f"operator is not unique: {self._spelled(names, left, right)}", position=position,
                hint="Could not choose a best candidate operator. You might need to add explicit type casts.",
            )  # fmt: skip
        raise UndefinedFunction(
            f"operator does not exist: {self._spelled(names, left, right)}",
            position=position,
            hint="No operator matches the given name and argument type"
            + (
                "s. You might need to add explicit type casts."
                if left
                else ". You might need to add an explicit type cast."
            ),
        )

    def _operators(self, names: Sequence[str], position: int) -> list[OperatorRow]:
        rows = self.catalog.operators_by_name.get(names[-1], [])
        if len(names) > 1:
            if names[-2] not in self.catalog.namespace_by_name:
                raise UndefinedSchema(f'schema "{names[-2]}" does not exist', position=position)
            return [row for row in rows if row.namespace == self.catalog.namespace_by_name[names[-2]]]
        return [row for row in rows if row.namespace in self.types.path]

    def _exact_operator(self, rows: Sequence[OperatorRow], left: int, right: int) -> OperatorRow | None:
        if left and left == t.UNKNOWN and right != t.UNKNOWN:
            left = right
        elif left and right == t.UNKNOWN and left != t.UNKNOWN:
            right = left
        for first, second in ((left, right), (self.types.base(left) if left else 0, self.types.base(right))):
            for row in rows:
                if (row.left, row.right) == (first, second):
                    return row
        return None

    def _spelled(self, names: Sequence[str], left: int, right: int) -> str:
        written = ".".join(names)
        return (
            f"{self.types.name(left)} {written} {self.types.name(right)}"
            if left
            else f"{written} {self.types.name(right)}"
        )

    def _select(self, given: Sequence[int], candidates: Sequence[tuple[int, ...]]) -> int | None:
        """func_select_candidate: index of the best one, None where it stays ambiguous."""
        based = [self.types.base(one) if one != t.UNKNOWN else one for one in given]
        left = list(range(len(candidates)))
        exact = [sum(a == b for a, b in zip(candidates[i], based) if b != t.UNKNOWN) for i in left]
        left = _best(left, exact)
        if len(left) == 1:
            return left[0]
        preferring = [
            sum(
                b != t.UNKNOWN and (a == b or self._is_preferred(self.types.category(b), a))
                for a, b in zip(candidates[i], based)
            )
            for i in left
        ]
        left = _best(left, preferring)
        if len(left) == 1:
            return left[0]
        if t.UNKNOWN not in based:
            return None
        return self._by_category(based, candidates, left)

    def _by_category(self, based: list[int], candidates: Sequence[tuple[int, ...]], left: list[int]) -> int | None:
        categories: dict[int, tuple[str, bool]] = {}
        for place in (place for place, one in enumerate(based) if one == t.UNKNOWN):
            slot, preferred, conflict = "", False, False
            for index in left:
                row = self.types.row(candidates[index][place])
                if not slot:
                    slot, preferred = row.category, row.preferred
                elif row.category == slot:
                    preferred = preferred or row.preferred
                elif row.category == "S":
                    slot, preferred, conflict = "S", row.preferred, False
                elif slot != "S":
                    conflict = True
            if conflict:
                return self._last_gasp(based, candidates, left)
            categories[place] = (slot, preferred)
        kept = [
            index
            for index in left
            if all(self._suits(candidates[index][place], *want) for place, want in categories.items())
        ]
        left = kept or left
        return left[0] if len(left) == 1 else self._last_gasp(based, candidates, left)

    def _suits(self, oid: int, category: str, preferred: bool) -> bool:
        row = self.types.row(oid)
        return row.category == category and (not preferred or row.preferred)

    def _last_gasp(self, based: list[int], candidates: Sequence[tuple[int, ...]], left: list[int]) -> int | None:
        """If all known arguments are of one type, suppose that the unknown ones are too."""
        known = {one for one in based if one != t.UNKNOWN}
        if len(known) != 1:
            return None
        supposed = [next(iter(known))] * len(based)
        fitting = [index for index in left if self.coercer.can(supposed, candidates[index])]
        return fitting[0] if len(fitting) == 1 else None

    def _is_preferred(self, category: str, oid: int) -> bool:
        row = self.types.row(oid)
        return row.preferred and row.category == category


def _best(left: list[int], scores: list[int]) -> list[int]:
    most = max(scores)
    return [index for index, score in zip(left, scores) if score == most]


def _shapes(proc: ProcRow, count: int, keywords: Sequence[str], variadic_array: bool, rank: int) -> list[Candidate]:
    """The ways in which `count` arguments may be given to a function."""
    declared = proc.args
    if keywords:
        return _named(proc, count, keywords, rank)
    if len(declared) == count:
        found = [Candidate(proc, declared, rank=rank)]
        if proc.variadic and not variadic_array and proc.variadic != t.ANY:
            found = [Candidate(proc, (*declared[:-1], proc.variadic), variadic=True, rank=rank)]
        elif proc.variadic == t.ANY and not variadic_array:
            found = [Candidate(proc, declared, variadic=True, rank=rank)]
        return found
    if proc.variadic and not variadic_array and count >= len(declared):
        fixed = declared[:-1]
        return [Candidate(proc, (*fixed, *[proc.variadic] * (count - len(fixed))), variadic=True, rank=rank)]
    if len(declared) > count >= len(declared) - proc.defaults and not variadic_array:
        return [Candidate(proc, declared[:count], defaults=len(declared) - count, rank=rank)]
    return []


def _named(proc: ProcRow, count: int, keywords: Sequence[str], rank: int) -> list[Candidate]:
    modes = proc.arg_modes or ("i",) * len(proc.args)
    names = [name for name, mode in zip(proc.arg_names, modes) if mode in ("i", "b", "v")]
    plain = count - len(keywords)
    places = [names.index(key) if key in names else -1 for key in keywords]
    if -1 in places or any(place < plain for place in places) or len(set(places)) != len(places):
        return []
    order = tuple(range(plain)) + tuple(places)
    absent = [place for place in range(len(proc.args)) if place not in order]
    if any(place < len(proc.args) - proc.defaults for place in absent):
        return []
    return [Candidate(proc, tuple(proc.args[place] for place in order), len(absent), False, order, rank)]
