"""Statement text → decided, typed, lowered: the compiler's stages in order, for one role over one release.

parse → analyse → decide → lower → guard. Keeps compiled statements whose answer depends on nothing else. Refuses to know sockets. The
guard is a second, independent look at the printed SQL: it may read the role's own views and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime

from policies.decide import SYSTEM_SCHEMAS, Decision, Effect, RolePolicy
from proxy.catalog.model import Catalog, RelationRow
from proxy.decision import Judged, access_of, denied, judge, qualified, refusal
from proxy.engine.guard import Guard
from proxy.engine.roles import RoleView
from proxy.errors import InternalError
from proxy.kept import Kept
from proxy.pgtypes import InputSettings
from proxy.rolesetup import InForce
from proxy.session.ports import Environment
from proxy.sql.analyse import AnalyseEnv, analyse, everything
from proxy.sql.compiled import Compiled
from proxy.sql.lower import LowerEnv, lower

STATEMENTS_MAX, CHARACTERS_MAX = 2_000, 64_000_000  # compiled statements of a role that are kept, with their texts
DEFAULT_PATH = ("pg_catalog", "public")
# Table functions of the engine whose rows come from their arguments alone, as the guard names them.
READING_NOTHING = frozenset({("generate_series", "()", "")})
# What besides the text a compiled statement depends on.
SEMANTIC_SETTINGS = ("timezone", "datestyle", "intervalstyle", "bytea_output", "extra_float_digits")


def reading(env: Environment) -> InputSettings:
    """How the session's literals are read."""
    value = env.settings.get
    return InputSettings(
        value("datestyle", "ISO, MDY"), value("intervalstyle", "postgres"), value("timezone", "UTC"), env.transaction_timestamp
    )  # fmt: skip


def utc_today() -> date:
    """The day that grants and filters go by."""
    return datetime.now(UTC).date()


class RolePlanner:
    """The planner of one role. catalog: with what the role may not know. in_force: what it sees on a day. policy None: everything is
    granted (a mirror in tests). guard: names the tables that printed SQL reads."""

    def __init__(
        self,
        catalog: Catalog,
        in_force: Callable[[date], InForce],
        policy: RolePolicy | None,
        guard: Guard,
        today: Callable[[], date] = utc_today,
    ) -> None:
        self._full = catalog
        self._in_force = in_force
        self._policy = policy
        self._today = today
        self._kept: Kept[Compiled] = Kept(STATEMENTS_MAX, CHARACTERS_MAX)
        self._guard = guard

    @property
    def catalog(self) -> Catalog:
        """The catalog that the role knows today."""
        return self._in_force(self._today()).catalog

    def plan(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """Raises PgError, PolicyDenied among them; positions are relative to `sql`. Keeps nothing; any thread may ask."""
        today = self._today()
        return self._compile(sql, declared, env, self._in_force(today), today)

    def held(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled | None:
        """What `plan` would give, where it was kept."""
        return self._kept.get(self._key(sql, declared, env))

    def keep(self, sql: str, declared: Sequence[int], env: Environment, compiled: Compiled) -> None:
        """What `plan` gave, unless it depends on the moment."""
        if not compiled.volatile:
            self._kept.put(self._key(sql, declared, env), compiled, len(sql) + len(compiled.sql))

    def _key(self, sql: str, declared: Sequence[int], env: Environment) -> Hashable:
        settings = tuple(env.settings.get(name, "") for name in SEMANTIC_SETTINGS)
        return (sql, tuple(declared), env.search_path, settings, *self.version())

    def version(self) -> tuple[Hashable, ...]:
        """What besides the statement and its session an answer depends on: the day and what is in force on it."""
        today = self._today()
        return today, self._in_force(today).view.number

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: what is in force today, for good."""
        today = self._today()
        return _pinned, (self._full, self._in_force(today), self._policy, today)

    def judge(self, sql: str, declared: Sequence[int] = (), path: tuple[str, ...] = DEFAULT_PATH) -> Judged:
        """What the policy says of a statement. Raises PgError where it cannot be analysed, PolicyDenied where it names what is hidden."""
        today = self._today()
        return self._judge(sql, declared, path, self._in_force(today), today, InputSettings())

    def _judge(
        self,
        sql: str,
        declared: Sequence[int],
        path: tuple[str, ...],
        known: InForce,
        today: date,
        settings: InputSettings,
        refuse_columns: Callable[[RelationRow], None] = everything,
    ) -> Judged:
        def require_visible(relation: RelationRow) -> None:
            """A relation the role may not read at all is refused by name, whatever else is wrong with the statement."""
            if relation.oid not in known.view.columns and not self._is_system(relation):
                name = qualified(self._full, relation.oid)
                raise denied(self._full, Decision(Effect.DENY, (), f"no grant covers {name}", relation=name))

        env = AnalyseEnv(path, require_visible, refuse_columns, frozenset(known.view.sql), settings)
        analysed = analyse(sql, known.catalog, env, declared)
        if self._policy is None:
            decision = Decision(Effect.ALLOW, (), "no policy is in force")
            return Judged(decision, access_of(self._full, analysed, today), analysed)
        return judge(self._full, self._policy, analysed, today, known.view.columns)

    def _compile(self, sql: str, declared: Sequence[int], env: Environment, known: InForce, today: date) -> Compiled:
        path = env.search_path if "pg_catalog" in env.search_path else ("pg_catalog", *env.search_path)
        judged = self._judge(sql, declared, path, known, today, reading(env), self._refuse_columns)
        analysed = judged.analysed
        if judged.decision.effect is Effect.DENY:
            raise refusal(self._full, analysed, judged.decision, env.role)
        lowered = lower(analysed, known.catalog, self._lower_env(env, known.view))
        self._check(lowered.sql, known.view)
        relations = frozenset(oid for oid in analysed.relations if not self._is_system(self._full.relations[oid]))
        return Compiled(
            lowered.sql,
            analysed.columns,
            analysed.parameters,
            relations,
            analysed.volatile,
            lowered.settings,
            lowered.used,
            judged.decision.rules,
        )

    def _refuse_columns(self, relation: RelationRow) -> None:
        """A client learns that some column is not its to read, and no name that it did not write."""
        name = qualified(self._full, relation.oid)
        reason = f"the statement reads columns of {name} that no grant covers"
        raise denied(self._full, Decision(Effect.DENY, (), reason, relation=name))

    def _is_system(self, relation: RelationRow) -> bool:
        return self._full.namespaces[relation.namespace] in SYSTEM_SCHEMAS

    def _lower_env(self, env: Environment, view: RoleView) -> LowerEnv:
        path = tuple(name for name in env.search_path if name in self.catalog.namespace_by_name)
        return LowerEnv(
            relation_sql=view.relation_sql, only_sql=view.only_sql, traced_sql=view.traced_sql,
            definitions_sql=view.definitions_sql, role=env.role,
            database=env.database,
            search_path=path, backend_pid=env.pid, transaction_timestamp=env.transaction_timestamp,
            statement_timestamp=env.statement_timestamp, timezone=env.timezone, settings=env.settings,
            server_version=self._full.server_version, client_address=env.client_address, client_port=env.client_port,
        )  # fmt: skip

    def _check(self, text: str, view: RoleView) -> None:
        """INVARIANT: nothing but the role's own views is read. DuckDB's parser says which tables the text names."""
        try:
            named = self._guard.reads(text)
        except ValueError as error:
            raise InternalError("the compiled statement is no SELECT", hint="Report the statement.") from error
        if not all(_is_own(view, *table) for table in named):
            raise InternalError(
                "the compiled statement reads what the role's views do not hold", hint="Report the statement."
            )


def _is_own(view: RoleView, catalog: str, schema: str, name: str) -> bool:
    if (catalog, schema, name) in READING_NOTHING:
        return True
    if catalog or schema not in ("", view.schema):
        return False
    return re.fullmatch(r"[vos]\d+" if schema else r"cte\d+", name) is not None


def _pinned(full: Catalog, known: InForce, policy: RolePolicy | None, today: date) -> RolePlanner:
    """The planner that was pickled."""
    return RolePlanner(full, lambda day: known, policy, Guard(), lambda: today)
