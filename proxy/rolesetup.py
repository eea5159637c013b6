"""Policy × catalog → what each role sees on a day: granted columns, rows under filters, views with their definer's rights.

Row filters are SQL of the policy, definer's views SQL of the source; both are compiled here, once, by the compiler that serves, so one
that does not compile stops the start and not a statement. Refuses to know sessions: what depends on one has no meaning here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from threading import Lock

from policies.decide import SYSTEM_SCHEMAS, RolePolicy, row_filter, visible
from policies.errors import PgError, PolicyInvalid
from proxy.catalog.hiding import GRANTED
from proxy.catalog.model import Catalog, ColumnRow, RelationRow
from proxy.decision import governed_by, qualified
from proxy.engine.roles import RoleView, has_more, stored_sql, traced_sql
from proxy.sql import ir
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.sql.analyse.types import quote
from proxy.sql.lower import LowerEnv, lower
from proxy.sql.walking import children
from synth.release.storage import storage_type

DATE, INTERVAL = 1082, 1186
# Functions that answer the same in every session of one role.
FIXED = frozenset(("current_user", "session_user", "current_database"))
# Views of a role that stay: the day's, and the day's before for statements still running.
KEPT_VIEWS = 2


@dataclass(frozen=True, slots=True)
class InForce:
    """What a role sees on a day, and the catalog it knows then."""

    view: RoleView
    catalog: Catalog


class RoleViews:
    """The views of one role in force: made anew when a grant comes to its end, or when the day changes that a filter asks for.

    make: a day's view under a number; add, drop: its objects in the engine. Numbers are the engine's, so that no two roles share one.
    """

    def __init__(
        self,
        policy: RolePolicy,
        make: Callable[[date], RoleView],
        add: Callable[[RoleView], Catalog],
        drop: Callable[[RoleView], None],
    ) -> None:
        self._policy, self._make, self._add, self._drop = policy, make, add, drop
        self._made: OrderedDict[tuple[object, ...], InForce] = OrderedDict()
        self._lock = Lock()
        self._latest: tuple[date, InForce | None] = (date.min, None)  # whole at any time, for any thread

    def at(self, today: date) -> InForce:
        """What is in force on a day. Raises PolicyInvalid."""
        day, found = self._latest
        if found is not None and day == today:
            return found
        found = self._at(today)
        self._latest = today, found
        return found

    def _at(self, today: date) -> InForce:
        key = (tuple(grant.place for grant in self._policy.grants if grant.live(today)), self._day(today))
        with self._lock:
            if key not in self._made:
                view = self._make(today)
                self._made[key] = InForce(view, self._add(view))
                if len(self._made) > KEPT_VIEWS:
                    self._drop(self._made.popitem(last=False)[1].view)
            return self._made[key]

    def _day(self, today: date) -> date | None:
        """The day, where what a filter selects may depend on it."""
        rows = [grant.grant.rows for grant in self._policy.grants] + [rule.rows for rule in self._policy.restrictions]
        definer = any(grant.grant.definer for grant in self._policy.grants)
        return today if definer or any(rows) else None


def role_view(catalog: Catalog, policy: RolePolicy, number: int, today: date) -> RoleView:
    """The role's view. Raises PolicyInvalid for a row filter that is no condition."""
    columns = _granted(catalog, policy, today)
    compiled: dict[int, str] = {}
    alone: dict[int, str] = {}
    traced: dict[int, str] = {}
    for oid in columns:
        relation = catalog.relations[oid]
        name, own = governed_by(catalog, oid), qualified(catalog, oid)
        condition = row_filter(policy, name, today, own)
        definer = bool(relation.view_sql) and any(one.grant.definer for one in policy.live_grants(name, today))
        if definer or (condition is not None and (relation.stored or relation.view_sql)):
            place = next((one.place for one in policy.live_grants(name, today)), "")
            filtered = _Filtered(catalog, relation, condition or "true", columns, policy.name, place, today)
            compiled[oid] = _rows(filtered)
            if has_more(catalog, oid):
                alone[oid] = _rows(filtered, only=True)
                traced[oid] = _rows(filtered, traced=True)
    return RoleView(number, policy.name, columns, compiled, alone, traced)


def _granted(catalog: Catalog, policy: RolePolicy, today: date) -> dict[int, frozenset[int]]:
    """The relations that the role may read, and the columns of them."""
    found: dict[int, frozenset[int]] = {}
    for relation in catalog.relations.values():
        if catalog.namespaces[relation.namespace] in SYSTEM_SCHEMAS or relation.kind not in GRANTED:
            continue
        name, own = governed_by(catalog, relation.oid), qualified(catalog, relation.oid)
        seen = visible(policy, name, frozenset(column.name for column in relation.columns), today, own)
        if seen is not None:
            found[relation.oid] = frozenset(column.attnum for column in relation.columns if column.name in seen)
    return found


def everything(catalog: Catalog, name: str, number: int = 1) -> RoleView:
    """A view without any restriction, for mirrors."""
    columns = {
        relation.oid: frozenset(column.attnum for column in relation.columns)
        for relation in catalog.relations.values()
        if relation.kind in GRANTED
    }
    return RoleView(number, name, columns)


@dataclass(frozen=True, slots=True)
class _Filtered:
    """A relation under a condition, what is granted of it and of all others, whose it is, the place of the first grant, and on what day."""

    catalog: Catalog
    relation: RelationRow
    condition: str
    granted: Mapping[int, frozenset[int]]
    role: str
    place: str
    today: date


def _rows(filtered: _Filtered, *, only: bool = False, traced: bool = False) -> str:
    """A relation's rows under a filter, with its granted columns under their stored names. only: without its heirs' and partitions';
    traced: with tableoid."""
    catalog, relation, condition = filtered.catalog, filtered.relation, filtered.condition
    schema = catalog.namespaces[relation.namespace]
    shown, source = "*, tableoid" if traced else "*", f"{quote(schema)}.{quote(relation.name)}"
    statement = f"SELECT {shown} FROM {'ONLY ' if only else ''}{source} WHERE ({condition})"
    midnight = datetime.combine(filtered.today, time(), UTC)
    env = LowerEnv(
        relation_sql=lambda oid: stored_sql(catalog, oid), only_sql=lambda oid: stored_sql(catalog, oid, only=True),
        traced_sql=lambda oid: traced_sql(catalog, oid, filtered.granted),
        role=filtered.role, database=catalog.database, transaction_timestamp=midnight, statement_timestamp=midnight,
    )  # fmt: skip
    try:
        analysed = analyse(statement, catalog, AnalyseEnv(("pg_catalog", schema)))
        _require_timeless(catalog, analysed)
        text = lower(analysed, catalog, env).sql
    except PgError as error:
        what = "the row filter" if condition != "true" else "the definer's view"
        raise PolicyInvalid(
            f'{filtered.place}: role "{filtered.role}": {what} of {schema}.{relation.name} does not compile: {error.message}',
            hint=error.hint or "Write a condition over the table's own columns.",
        ) from error
    targets = [
        f"{as_stored(catalog, column, f'q.c{place}')} AS c{column.attnum}"
        for place, column in enumerate(relation.columns, 1)
        if column.attnum in filtered.granted[relation.oid]
    ]
    if traced:
        targets.append(f"q.c{len(relation.columns) + 1} AS tableoid")
    return f"SELECT {', '.join(targets) or 'NULL AS c0'} FROM ({text}) q"


def as_stored(catalog: Catalog, column: ColumnRow, text: str) -> str:
    """An output column back in the storage of its type: intervals leave a statement in parts, some numerics as text."""
    base = catalog.base_type(column.type_oid)
    element = catalog.base_type(base.element).oid if base.is_true_array else 0
    if base.oid == INTERVAL:
        return _interval(text)
    if element == INTERVAL:
        return f"list_transform({text}, lambda one: {_interval('one')})"
    return f"CAST({text} AS {column.storage or storage_type(base.oid, column.typmod, element)})"


def _interval(text: str) -> str:
    return f"(to_months({text}.months) + to_days({text}.days) + to_microseconds({text}.micros))"


def _require_timeless(catalog: Catalog, analysed: ir.Analysed) -> None:
    """Refuse what depends on a session: a client that sets its TimeZone must not choose the rows it sees."""
    depends = next((what for node in _below(analysed.query) for what in _dependence(catalog, node)), "")
    if analysed.relative or depends:
        raise PolicyInvalid(
            f"{depends or 'a literal such as today'} depends on the session or the clock",
            hint="Compare with constants or with CURRENT_DATE, the day in UTC.",
        )


def _below(query: ir.Query) -> Iterator[object]:
    """Every node but those of CURRENT_DATE."""
    pending: list[object] = [query]
    while pending:
        node = pending.pop()
        if not (isinstance(node, ir.Cast) and node.type == DATE and _is_now(node.arg)):
            yield node
            pending.extend(children(node))


def _is_now(node: ir.Expr) -> bool:
    return isinstance(node, ir.Call) and node.proc.name == "now"


def _dependence(catalog: Catalog, node: object) -> Iterator[str]:
    """What of a node depends on a session: functions that are not immutable, and dates written out or read."""
    procs = [node.proc] if isinstance(node, ir.Call | ir.Cast | ir.Aggregate | ir.ArrayOp) else []
    procs += [proc for _, proc in node.operators] if isinstance(node, ir.Sublink) else []
    for proc in procs:
        if proc is not None and proc.volatility != "i" and proc.name not in FIXED:
            yield proc.name
    if isinstance(node, ir.Cast) and node.method == "io":
        for oid in (node.type, node.arg.type):
            if catalog.base_type(oid).category in "DT":
                yield f"a cast to or from {catalog.types[oid].name}"
