"""Statement text → decided, typed, lowered: the compiler's stages in order, for one role over one release.

parse → analyse → decide → lower → guard. Keeps compiled statements whose answer depends on nothing else. Refuses to know sockets. The
guard is a second, independent look at the printed SQL: it may read the role's own views and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from policies.decide import SYSTEM_SCHEMAS, Decision, Effect, RolePolicy
from proxy.accuracy.companion import with_moments
from proxy.accuracy.known import NOTHING_KNOWN, Known, NoEstimate
from proxy.accuracy.measured import Measured
from proxy.accuracy.reading import is_asked_of, read
from proxy.catalog.model import Catalog, RelationRow
from proxy.decision import Judged, access_of, denied, judge, qualified, refusal
from proxy.engine.guard import Guard
from proxy.engine.roles import RoleView
from proxy.engine.rows import READABLE, TEXT
from proxy.errors import InternalError
from proxy.kept import Kept
from proxy.pgtypes import InputSettings
from proxy.rolesetup import InForce
from proxy.session.ports import Environment
from proxy.sql import ir
from proxy.sql.analyse import AnalyseEnv, analyse, define, define_from, define_index, everything
from proxy.sql.compiled import Compiled, CompiledRule, CompiledWrite
from proxy.sql.few import gives_few
from proxy.sql.lexer import without_comments
from proxy.sql.lookup import for_every_key, is_lookup
from proxy.sql.lower import LowerEnv, Printed, lower, parameters_in
from proxy.sql.lower.activity import PG_CATALOG, Activity, Place, relation_rows
from proxy.sql.lower.activity import RELATION as ACTIVITY
from proxy.sql.lower.temporary import definitions_sql, rows_sql, system_sql
from proxy.sql.temporary import STAGED, Index, TempSchema, TempTable, lookup_path, overlay
from proxy.sql.temporary_rules import Rule, kept_rows, row_rule, unique_rule
from proxy.staging import staging_sql

STATEMENTS_MAX, CHARACTERS_MAX = 2_000, 64_000_000  # compiled statements of a role that are kept, with their texts
COLUMN = 100  # characters that take as much as a column of a result
FEW = 1_000  # rows of a VALUES list
RULES_MAX = 500  # sets of compiled rules of temporary tables that are kept
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
    granted (a mirror in tests). guard: names the tables that printed SQL reads. accuracy: what the release knows of its own."""

    def __init__(
        self,
        catalog: Catalog,
        in_force: Callable[[date], InForce],
        policy: RolePolicy | None,
        guard: Guard,
        today: Callable[[], date] = utc_today,
        accuracy: Known = NOTHING_KNOWN,
    ) -> None:
        self._full = catalog
        self._accuracy = accuracy
        self._in_force = in_force
        self._policy = policy
        self._today = today
        self._kept: Kept[Compiled] = Kept(STATEMENTS_MAX, CHARACTERS_MAX)
        self._guard = guard
        found = catalog.relation_by_name.get((PG_CATALOG, ACTIVITY))
        self._activity = found.oid if found is not None else 0
        self._compiled_rules: dict[
            Hashable, tuple[tuple[CompiledRule, ...], tuple[CompiledRule, ...]]
        ] = {}  # of temporary tables

    @property
    def catalog(self) -> Catalog:
        """The catalog that the role knows today."""
        return self._in_force(self._today()).catalog

    def plan(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """Raises PgError, PolicyDenied among them; positions are relative to `sql`. Keeps nothing; any thread may ask."""
        today = self._today()
        return self._compile(sql, declared, env, self._in_force(today), today)

    def for_every_key(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """A lookup (proxy.sql.lookup) as the same statement without its parameter, with the key as the last column. Raises PgError."""
        today = self._today()
        return self._compile(sql, declared, env, self._in_force(today), today, for_every_key)

    def measured(self, sql: str, declared: Sequence[int], env: Environment) -> Measured | None:
        """What may be said of the accuracy of a statement; None where it aggregates no rows of the source's tables. Raises PgError."""
        today = self._today()
        known = self._in_force(today)
        names = self._names(env, known)
        judged = self._judge(sql, declared, names, known, today)
        if judged.decision.effect is Effect.DENY:
            raise refusal(self._full, judged.analysed, judged.decision, env.role)
        # As it was asked, without what the policy adds.
        analysed = analyse(sql, _with_temporary(known.catalog, env), names, declared)
        relations = self._full.relations
        own = frozenset(oid for oid in analysed.relations if oid in relations and not self._is_system(relations[oid]))
        if not is_asked_of(analysed, own):
            return None
        try:
            reading = read(self._full, analysed, self._accuracy, frozenset(known.view.sql))
        except NoEstimate as none:
            return Measured(why=none.why)
        companion = self._compile(
            sql, declared, env, known, today, lambda judged: with_moments(self._full, judged, reading.cells)
        )
        return Measured(reading, companion)

    def over_catalog(
        self, function: Callable[..., object], arguments: tuple[object, ...], temporary: TempSchema | None
    ) -> object:
        """function(*arguments, catalog), with the session's own tables in the catalog: values are read by its types."""
        catalog = self.catalog
        return function(*arguments, catalog if temporary is None else overlay(catalog, temporary))

    def held(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled | None:
        """What `plan` would give, where it was kept."""
        return self._kept.get(self._key(sql, declared, env))

    def keep(self, sql: str, declared: Sequence[int], env: Environment, compiled: Compiled) -> None:
        """What `plan` gave, unless it depends on the moment."""
        if not compiled.volatile:
            size = len(sql) + len(compiled.sql) + COLUMN * len(compiled.columns) + sum(map(len, env.search_path))
            self._kept.put(self._key(sql, declared, env), compiled, size)

    def _key(self, sql: str, declared: Sequence[int], env: Environment) -> Hashable:
        settings = tuple(env.settings.get(name, "") for name in SEMANTIC_SETTINGS)
        version = env.temporary.version if env.temporary is not None else 0
        return (without_comments(sql), tuple(declared), env.search_path, settings, version, env.depths, *self.version())

    def version(self) -> tuple[Hashable, ...]:
        """What besides the statement and its session an answer depends on: the day and what is in force on it."""
        today = self._today()
        return today, self._in_force(today).view.number

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: what is in force today, for good."""
        today = self._today()
        return _pinned, (self._full, self._in_force(today), self._policy, today, self._accuracy)

    def judge(self, sql: str, declared: Sequence[int] = (), path: tuple[str, ...] = DEFAULT_PATH) -> Judged:
        """What the policy says of a statement. Raises PgError where it cannot be analysed, PolicyDenied where it names what is hidden."""
        today = self._today()
        known = self._in_force(today)
        return self._judge(sql, declared, self._analyse_env(path, known, InputSettings(), None), known, today)

    def define(self, sql: str, env: Environment) -> TempTable:
        """The table of CREATE TEMPORARY TABLE, without OIDs. Raises PgError."""
        known = self._in_force(self._today())
        return define(sql, _with_temporary(known.catalog, env), self._names(env, known))

    def define_index(self, sql: str, env: Environment, table: TempTable) -> Index:
        """The index of CREATE INDEX on a temporary table, without an OID. Raises PgError."""
        known = self._in_force(self._today())
        return define_index(sql, _with_temporary(known.catalog, env), self._names(env, known), table)

    def rule(self, rule: Rule, env: Environment) -> CompiledRule:
        """A rule of a temporary table, compiled."""
        known = self._in_force(self._today())
        printed = self._inner(rule.sql, env, known)
        return CompiledRule(printed.sql, printed.used, rule)

    def _names(self, env: Environment, known: InForce) -> AnalyseEnv:
        path = lookup_path(env.search_path, env.temporary)
        return self._analyse_env(path, known, reading(env), env.temporary, self._refuse_columns)

    def _analyse_env(
        self,
        path: tuple[str, ...],
        known: InForce,
        settings: InputSettings,
        temporary: TempSchema | None,
        refuse_columns: Callable[[RelationRow], None] = everything,
    ) -> AnalyseEnv:
        own = temporary.tables if temporary is not None else {}

        def require_visible(relation: RelationRow) -> None:
            """A relation the role may not read at all is refused by name, whatever else is wrong with the statement."""
            if relation.oid in own or relation.oid - STAGED in own:
                return
            if relation.oid not in known.view.columns and not self._is_system(relation):
                name = qualified(self._full, relation.oid)
                raise denied(self._full, Decision(Effect.DENY, (), f"no grant covers {name}", relation=name))

        return AnalyseEnv(path, require_visible, refuse_columns, frozenset(known.view.sql), settings, temporary)

    def _judge(self, sql: str, declared: Sequence[int], names: AnalyseEnv, known: InForce, today: date) -> Judged:
        temporary = names.temporary
        full, catalog = self._full, known.catalog
        if temporary is not None:
            full, catalog = overlay(full, temporary), overlay(catalog, temporary)
        analysed = analyse(sql, catalog, names, declared)
        if temporary is not None:
            # INVARIANT: the rows of a temporary table are results that were judged before they came into it.
            analysed = replace(analysed, access=_but_temporary(analysed.access, temporary))
        if self._policy is None:
            decision = Decision(Effect.ALLOW, (), "no policy is in force")
            return Judged(decision, access_of(full, analysed, today), analysed)
        return judge(full, self._policy, analysed, today, known.view.columns)

    def _compile(
        self,
        sql: str,
        declared: Sequence[int],
        env: Environment,
        known: InForce,
        today: date,
        changed: Callable[[ir.Analysed], ir.Analysed] = lambda analysed: analysed,
    ) -> Compiled:
        """changed: gives what is lowered, which reads nothing but what the statement reads."""
        names = self._names(env, known)
        judged = self._judge(sql, declared, names, known, today)
        if judged.decision.effect is Effect.DENY:
            raise refusal(self._full, judged.analysed, judged.decision, env.role)
        analysed = changed(judged.analysed)
        moment = len(analysed.parameters) + 1
        catalog, lower_env = _with_temporary(known.catalog, env), self._lower_env(env, known.view, moment)
        relations = frozenset(oid for oid in analysed.relations if not self._is_system(self._full.relations[oid]))
        shown = analysed if analysed.write is None else _returning(analysed, analysed.write)
        lowered = lower(shown, catalog, lower_env, for_client=True) if shown is not None else Printed("", (), ())
        for text in (lowered.sql, *lowered.checks) if lowered.sql else ():
            self._check(text, known.view, env.temporary)
        write = None
        if analysed.write is not None:
            write = self._write(sql, replace(analysed, write=None), analysed.write, env, known, lower_env)
        columns = analysed.columns
        if any(row is not None for row in lowered.rows):
            columns = tuple(replace(column, row=row) for column, row in zip(columns, lowered.rows, strict=True))
        return Compiled(
            lowered.sql, columns, analysed.parameters, relations,
            analysed.volatile or self._activity in analysed.relations, lowered.settings,
            lowered.used, judged.decision.rules, write is not None or moment in lowered.used, write,
            _few(catalog, analysed), lowered.checks, is_lookup(analysed),
        )  # fmt: skip

    def _write(
        self, sql: str, rows: ir.Analysed, write: ir.Write, env: Environment, known: InForce, lower_env: LowerEnv
    ) -> CompiledWrite:
        """The rows to stage, and what they have to hold to."""
        catalog = _with_temporary(known.catalog, env)
        lowered = lower(rows, catalog, lower_env)
        schema = env.temporary
        if write.kind == "create":
            table = define_from(sql, catalog, self._names(env, known), rows.query)
            text = staging_sql(catalog, schema, table, replace(write, columns=_all(table)), lowered.sql)
        else:
            assert schema is not None
            table = schema.tables[write.table]
            text = staging_sql(catalog, schema, table, write, lowered.sql)
        used = parameters_in(text)
        self._check(text, known.view, schema)
        filled = tuple(f"c{column.row.attnum}" for column in table.columns)
        if write.kind == "create":
            return CompiledWrite("create", 0, text, used, filled, definition=table, at_once=True)
        rules = self._rules(table, env, known) if write.kind != "delete" else ((), ())
        kept = tuple(self._inner(kept_rows(table, key), env, known) for key in write.conflicts)
        return CompiledWrite(
            write.kind, write.table, text, used, filled, None, *rules, tuple((one.sql, one.used) for one in kept),
            at_once=write.kind == "insert" and not (any(rules) or kept or write.returning),
            few=isinstance(rows.query, ir.Values) and len(rows.query.rows) <= FEW,
        )  # fmt: skip

    def _rules(
        self, table: TempTable, env: Environment, known: InForce
    ) -> tuple[tuple[CompiledRule, ...], tuple[CompiledRule, ...]]:
        """What rows have to hold to, compiled once for each state of the session's tables."""
        assert env.temporary is not None
        key = (env.temporary.version, table.oid, known.view.number)
        found = self._compiled_rules.get(key)
        if found is None:
            rows = row_rule(table)
            unique = [unique_rule(table, index) for index in table.indexes if index.unique]
            found = (
                tuple(self.rule(rule, env) for rule in ([rows] if rows else [])),
                tuple(self.rule(rule, env) for rule in unique),
            )
            if len(self._compiled_rules) >= RULES_MAX:
                self._compiled_rules.clear()
            self._compiled_rules[key] = found
        return found

    def _inner(self, sql: str, env: Environment, known: InForce) -> Printed:
        """A query of our own on a temporary table and its staged rows; $1 is the moment."""
        assert env.temporary is not None
        catalog = overlay(known.catalog, env.temporary, staged=True)
        path = lookup_path(("public",), env.temporary)
        names = self._analyse_env(path, known, InputSettings(), env.temporary)
        analysed = analyse(sql, catalog, names)
        if _but_temporary(analysed.access, env.temporary):
            # INVARIANT: constraints read their own table, so that nobody has to judge them.
            raise InternalError("a constraint reads another table", hint="Report the statement.")
        printed = lower(analysed, catalog, self._lower_env(env, known.view, 1))
        self._check(printed.sql, known.view, env.temporary)
        return printed

    def _refuse_columns(self, relation: RelationRow) -> None:
        """A client learns that some column is not its to read, and no name that it did not write."""
        name = qualified(self._full, relation.oid)
        reason = f"the statement reads columns of {name} that no grant covers"
        raise denied(self._full, Decision(Effect.DENY, (), reason, relation=name))

    def _is_system(self, relation: RelationRow) -> bool:
        return self._full.namespaces[relation.namespace] in SYSTEM_SCHEMAS

    def _lower_env(self, env: Environment, view: RoleView, moment: int) -> LowerEnv:
        """moment: number of the parameter that says when temporary tables are read."""
        temporary = env.temporary
        # the role's OID in pg_roles: of the source's role of that name, where there is one
        owner = next((oid for oid, name in self._full.roles.items() if name == view.name), view.oid)

        def others() -> Sequence[Activity]:
            return env.others.activity() if env.others is not None else ()

        def relation_sql(oid: int) -> str:
            if oid == self._activity:
                place = Place(self._full, env.database, view.relation_sql)
                return relation_rows(self._full.relations[oid], others(), env.role, place)
            if temporary is None:
                return view.relation_sql(oid)
            if rows := rows_sql(temporary, oid, f"${moment}"):
                return rows
            relation = self._full.relations[oid]
            read = view.relation_sql(oid)
            return system_sql(self._full, temporary, relation, read, owner) if self._is_system(relation) else read

        path = tuple(name for name in env.search_path if name in self.catalog.namespace_by_name)
        return LowerEnv(
            relation_sql=relation_sql, only_sql=view.only_sql, traced_sql=view.traced_sql,
            definitions_sql=definitions_sql(temporary, view.definitions_sql) if temporary else view.definitions_sql,
            role=env.role, depths=dict(env.depths), temporary=(temporary.name, temporary.namespace) if temporary else ("", 0),
            database=env.database,
            search_path=path, backend_pid=env.pid, transaction_timestamp=env.transaction_timestamp,
            statement_timestamp=env.statement_timestamp, timezone=env.timezone, settings=env.settings,
            server_version=self._full.server_version, client_address=env.client_address, client_port=env.client_port,
            others=others,
        )  # fmt: skip

    def _check(self, text: str, view: RoleView, temporary: TempSchema | None) -> None:
        """INVARIANT: nothing but the role's own views and the session's own tables is read. DuckDB's parser says which tables the
        text names."""
        try:
            named = self._guard.reads(text)
        except ValueError as error:
            raise InternalError("the compiled statement is no SELECT", hint="Report the statement.") from error
        storage = temporary.storage if temporary is not None else ""
        if not all(_is_own(view, storage, *table) for table in named):
            raise InternalError(
                "the compiled statement reads what the role's views do not hold", hint="Report the statement."
            )


def _is_own(view: RoleView, storage: str, catalog: str, schema: str, name: str) -> bool:
    if (catalog, schema, name) in READING_NOTHING:
        return True
    if storage and not catalog and schema == storage:
        return re.fullmatch(r"[tw]\d+", name) is not None
    if catalog or schema not in ("", view.schema):
        return False
    return re.fullmatch(r"[vos]\d+" if schema else r"cte\d+", name) is not None


def _few(catalog: Catalog, analysed: ir.Analysed) -> tuple[int, ...]:
    """As in Compiled."""
    if analysed.write is not None or not gives_few(analysed.query, catalog.primary_keys):
        return ()
    bases = [catalog.base_type(oid) for _, oid, _ in analysed.query.columns]
    kinds = tuple(TEXT if base.kind == "e" else base.oid for base in bases)
    return kinds if READABLE.issuperset(kinds) else ()


def _with_temporary(catalog: Catalog, env: Environment) -> Catalog:
    return catalog if env.temporary is None else overlay(catalog, env.temporary)


def _but_temporary(access: Mapping[int, frozenset[int]], schema: TempSchema) -> dict[int, frozenset[int]]:
    own = {*schema.tables, *(oid + STAGED for oid in schema.tables)}
    return {oid: columns for oid, columns in access.items() if oid not in own}


def _returning(analysed: ir.Analysed, write: ir.Write) -> ir.Analysed | None:
    return None if write.returning is None else replace(analysed, query=write.returning, write=None)


def _all(table: TempTable) -> tuple[int, ...]:
    return tuple(column.row.attnum for column in table.columns)


def _pinned(full: Catalog, known: InForce, policy: RolePolicy | None, today: date, accuracy: Known) -> RolePlanner:
    """The planner that was pickled."""
    return RolePlanner(full, lambda day: known, policy, Guard(), lambda: today, accuracy)
