"""Statement text → decided, typed, lowered: the compiler's stages in order, for one role over one release.

parse → analyse → decide → lower → guard. Keeps compiled statements whose answer depends on nothing else. Refuses to know sockets. The
guard is a second, independent look at the printed SQL: it may read the role's own views and nothing else.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policies.decide import SYSTEM_SCHEMAS, Access, Decision, Effect, RolePolicy, decide
from policies.errors import PolicyDenied
from proxy.catalog.model import Catalog, RelationRow
from proxy.engine.guard import Guard
from proxy.engine.roles import RoleView
from proxy.errors import InternalError
from proxy.session.ports import Environment
from proxy.sql import ir
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.sql.compiled import Compiled
from proxy.sql.lower import LowerEnv, lower

CACHE_SIZE = 2_000
# What besides the text a compiled statement depends on.
SEMANTIC_SETTINGS = ("timezone", "datestyle", "intervalstyle")
_KINDS = {"v": "view", "m": "materialized view", "S": "sequence", "p": "table", "f": "foreign table"}


@dataclass(frozen=True, slots=True)
class Planned:
    """A compiled statement and the decision about it."""

    compiled: Compiled
    decision: Decision


class RolePlanner:
    """The planner of one role. policy None: everything is granted (a mirror in tests). guard: names the tables that printed SQL reads."""

    def __init__(
        self,
        catalog: Catalog,
        view: RoleView,
        policy: RolePolicy | None,
        guard: Guard,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.catalog = catalog
        self._view = view
        self._policy = policy
        self._today = today
        self._cache: OrderedDict[tuple[object, ...], Planned] = OrderedDict()
        self._guard = guard

    def plan(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """Raises PgError, PolicyDenied among them; positions are relative to `sql`."""
        return self.decided(sql, declared, env).compiled

    def decided(self, sql: str, declared: Sequence[int], env: Environment) -> Planned:
        """The same with the decision."""
        settings = tuple(env.settings.get(name, "") for name in SEMANTIC_SETTINGS)
        key = (sql, tuple(declared), env.search_path, settings, self._today())
        held = self._cache.get(key)
        if held is not None:
            self._cache.move_to_end(key)
            return held
        planned = self._compile(sql, declared, env)
        if not planned.compiled.volatile:
            self._cache[key] = planned
            if len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        return planned

    def _compile(self, sql: str, declared: Sequence[int], env: Environment) -> Planned:
        path = env.search_path if "pg_catalog" in env.search_path else ("pg_catalog", *env.search_path)
        analysed = analyse(sql, self.catalog, AnalyseEnv(path, self.require_visible), declared)
        decision = self._decide(analysed)
        if decision.min_group > 1:
            analysed = replace(analysed, query=with_min_group(self.catalog, analysed.query, decision.min_group))
        lowered = lower(analysed, self.catalog, self._lower_env(path, env))
        self._check(lowered.sql)
        relations = frozenset(oid for oid in analysed.access if not self._is_system(self.catalog.relations[oid]))
        compiled = Compiled(
            lowered.sql,
            analysed.columns,
            analysed.parameters,
            relations,
            analysed.volatile,
            lowered.settings,
            lowered.used,
        )
        return Planned(compiled, decision)

    def require_visible(self, relation: RelationRow) -> None:
        """A relation the role may not read at all is refused by name, whatever else is wrong with the statement."""
        if relation.oid not in self._view.columns and not self._is_system(relation):
            raise _denied(relation, Decision(Effect.DENY, (), f"no grant covers {self.qualified(relation)}"))

    def qualified(self, relation: RelationRow) -> str:
        """schema.name, as policies name relations."""
        return f"{self.catalog.namespaces[relation.namespace]}.{relation.name}"

    def _is_system(self, relation: RelationRow) -> bool:
        return self.catalog.namespaces[relation.namespace] in SYSTEM_SCHEMAS

    def access(self, analysed: ir.Analysed) -> Access:
        """What a statement touches, in the words of policies."""
        touched = {}
        for oid, attnums in analysed.access.items():
            relation = self.catalog.relations[oid]
            touched[self.qualified(relation)] = frozenset(
                column.name for column in relation.columns if column.attnum in attnums
            )
        return Access(touched, self._today(), analysed.aggregates_only)

    def _decide(self, analysed: ir.Analysed) -> Decision:
        if self._policy is None:
            return Decision(Effect.ALLOW, (), "no policy is in force")
        decision = decide(self._policy, self.access(analysed))
        if decision.effect is Effect.DENY:
            relation = next(
                (row for row in self.catalog.relations.values() if self.qualified(row) == decision.relation), None
            )
            raise _denied(relation, decision)
        return decision

    def _lower_env(self, path: tuple[str, ...], env: Environment) -> LowerEnv:
        return LowerEnv(
            relation_sql=self._view.relation_sql, role=env.role, role_number=self._view.number, database=env.database,
            search_path=path, backend_pid=env.pid, transaction_timestamp=env.transaction_timestamp,
            statement_timestamp=env.statement_timestamp, timezone=env.timezone, settings=env.settings,
            server_version=self.catalog.server_version, client_address=env.client_address, client_port=env.client_port,
        )  # fmt: skip

    def _check(self, text: str) -> None:
        """INVARIANT: nothing but the role's own views is read. DuckDB's parser says which tables the text names."""
        try:
            named = self._guard.reads(text)
        except ValueError as error:
            raise InternalError("the compiled statement is no SELECT", hint="Report the statement.") from error
        if not all(self._is_own(*table) for table in named):
            raise InternalError(
                "the compiled statement reads what the role's views do not hold", hint="Report the statement."
            )

    def _is_own(self, catalog: str, schema: str, name: str) -> bool:
        if catalog or schema not in ("", self._view.schema):
            return False
        return re.fullmatch(r"v\d+" if schema else r"cte\d+", name) is not None


def _denied(relation: RelationRow | None, decision: Decision) -> PolicyDenied:
    kind = _KINDS.get(relation.kind, "table") if relation is not None else "table"
    name = relation.name if relation is not None else decision.relation
    return PolicyDenied(f"permission denied for {kind} {name}", detail=decision.reason, hint=decision.remedy)


def with_min_group(catalog: Catalog, query: ir.Query, rows: int) -> ir.Query:
    """The query with every group of fewer than `rows` rows left out. Raises PolicyDenied for a shape that hides groups."""
    if not isinstance(query, ir.Select) or query.ctes or not all(_is_plain(source) for source in query.sources):
        raise PolicyDenied(
            "permission denied for this shape of statement",
            detail=f"Groups must hold at least {rows} rows, and that cannot be seen through subqueries.",
            hint="Aggregate the tables themselves, with GROUP BY and without subqueries.",
        )
    count = next(proc for proc in catalog.procs_by_name["count"] if not proc.args)
    star = ir.Aggregate(type=20, proc=count, args=(), star=True)
    at_least = next(row for row in catalog.operators_by_name[">="] if (row.left, row.right) == (20, 20))
    enough = ir.Call(
        type=16, proc=catalog.procs[at_least.proc], operator=at_least, args=(star, ir.Const(type=20, value=str(rows)))
    )
    having = enough if query.having is None else ir.Bool(type=16, op="and", args=(query.having, enough))
    return replace(query, having=having)


def _is_plain(source: ir.FromItem) -> bool:
    if isinstance(source, ir.JoinRef):
        return _is_plain(source.left) and _is_plain(source.right)
    return isinstance(source, ir.RelationRef)
