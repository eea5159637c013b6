"""The backend of a server: one release, its roles, users, quotas and audit, composed.

The only place where policy, compiler, engine and sessions meet. Holds no credential and no route of the source. Refuses to know sockets.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pgparse

from policies.audit import AuditEvent
from policies.decide import Decision, Effect, RolePolicy, decide, role_policies
from policies.errors import PgError, PolicyDenied
from policies.load import LoadedPolicy
from policies.quota import RoleUsage
from proxy.engine.instance import ReleaseEngine
from proxy.engine.settings import EngineLimits
from proxy.errors import UnknownDatabase
from proxy.planner import RolePlanner
from proxy.rolesetup import everything, role_view
from proxy.server.users import load_users
from proxy.session.ports import Environment, StatementEnd
from proxy.session.session import Session
from proxy.session.settings import SettingsState
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.wire.framing import Startup
from proxy.wire.scram import Verifier, mock_verifier
from synth.release.manifest import current_release, folder_name

_OPTION = re.compile(r"-c\s*([A-Za-z_.]+)=((?:\\.|\S)*)|--([A-Za-z_.-]+)=((?:\\.|\S)*)")


class NoRelease(PgError):
    """Nothing is published."""

    sqlstate = "55000"


class AuditLog:
    """JSON lines in one file, fsynced at most once a second."""

    def __init__(self, path: Path | None) -> None:
        self._file = None
        self._synced = 0.0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="ascii")

    def write(self, event: AuditEvent) -> None:
        """Append an event."""
        if self._file is None:
            return
        self._file.write(event.line())
        self._file.flush()
        if time.monotonic() - self._synced > 1:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and close."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()


@dataclass
class RoleState:
    """A role while the server runs."""

    planner: RolePlanner
    usage: RoleUsage
    timeout_s: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """What `pgdouble explain` shows."""

    decision: Decision
    relations: tuple[str, ...]
    sql: str


class SessionLimits:
    """Quota and audit of one session."""

    def __init__(
        self, backend: Double, state: RoleState, role: str, client: str, application: Callable[[], str]
    ) -> None:
        self._backend, self._state, self._role, self._client = backend, state, role, client
        self._application = application
        self.timeout_s = state.timeout_s

    def begin(self) -> None:
        """See Limits."""
        self._state.usage.begin(datetime.now(UTC))

    def rows(self, count: int) -> None:
        """See Limits."""
        self._state.usage.take_rows(count, datetime.now(UTC))

    def end(self, statement: StatementEnd) -> None:
        """See Limits."""
        self._state.usage.end()
        self._backend.note_statement(self._role, self._client, self._application(), statement)

    def close(self) -> None:
        """The session ends."""
        self._state.usage.close()


class Double:
    """See the module."""

    def __init__(
        self,
        engine: ReleaseEngine,
        policy: LoadedPolicy | None,
        users: Path | dict[str, Verifier] | None,
        audit: Path | None = None,
        statement_timeout_s: float | None = None,
    ) -> None:
        self.engine = engine
        self._users_source = users
        self._users: dict[str, Verifier] = users if isinstance(users, dict) else {}
        self._users_read = -1.0
        self._mock_key = secrets.token_bytes(32)
        self._audit = AuditLog(audit)
        self._policies = role_policies(policy) if policy is not None else None
        self._timeout_s = statement_timeout_s
        self._roles: dict[str, RoleState] = {}
        self._limits: dict[int, SessionLimits] = {}

    # Authentication

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """See server.Backend. A role needs a password and, under a policy, an entry there."""
        users = self._current_users()
        known = role in users and (self._policies is None or role in self._policies)
        return (users[role] if known else mock_verifier(role, self._mock_key)), known

    def _current_users(self) -> dict[str, Verifier]:
        """The users file is read again when it changed, so that `user add` needs no restart."""
        if isinstance(self._users_source, Path) and self._users_source.exists():
            changed = self._users_source.stat().st_mtime
            if changed != self._users_read:
                self._users, self._users_read = load_users(self._users_source), changed
        return self._users

    # Sessions

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """See server.Backend."""
        role = startup.parameters["user"]
        database = startup.parameters.get("database") or role
        if database != self.engine.catalog.database:
            raise UnknownDatabase(
                f'database "{database}" does not exist',
                hint=f'This server stands in for "{self.engine.catalog.database}".',
            )
        state = self._role(role)
        settings = self._settings(startup, role)
        state.usage.open()
        address = f"{client[0]}:{client[1]}" if client[0] else "local"
        limits = SessionLimits(self, state, role, address, lambda: settings.show("application_name"))
        session = Session(
            state.planner, self.engine, settings, role=role, database=database, pid=pid, limits=limits, client=client
        )
        self._limits[id(session)] = limits
        self._note("connect", role, address, settings.show("application_name"))
        return session

    def close_session(self, session: Session) -> None:
        """See server.Backend."""
        limits = self._limits.pop(id(session), None)
        if limits is not None:
            limits.close()
            self._note("disconnect", session.role, f"{session.client[0]}:{session.client[1]}", "")

    def _settings(self, startup: Startup, role: str) -> SettingsState:
        source = self.engine.catalog.settings
        facts = {
            "server_version": self.engine.catalog.server_version,
            "server_version_num": source.get("server_version_num", ""),
            "session_authorization": role,
            "pgdouble.release": str(self.engine.manifest.release),
            "lc_collate": source.get("lc_collate", "C"),
            "lc_ctype": source.get("lc_ctype", "C"),
        }
        settings = SettingsState(facts)
        for first, first_value, second, second_value in _OPTION.findall(startup.parameters.get("options", "")):
            settings.start((first or second).replace("-", "_"), (first_value or second_value).replace("\\ ", " "))
        for name, value in startup.parameters.items():
            if name not in ("user", "database", "options", "replication") and not name.startswith("_pq_."):
                settings.start(name, value)
        return settings

    def _role(self, name: str) -> RoleState:
        """The role's planner and counters, made at its first connection."""
        if name not in self._roles:
            number = len(self._roles) + 1
            catalog = self.engine.catalog
            policy = self._policies[name] if self._policies is not None else None
            view = (
                everything(catalog, name, number)
                if policy is None
                else role_view(catalog, policy, number, date.today())
            )
            self.engine.add_role(view)
            quota = (policy or RolePolicy(name)).quota
            own = quota.statement_timeout.total_seconds() if quota.statement_timeout else None
            timeout = min((one for one in (own, self._timeout_s) if one), default=None)
            self._roles[name] = RoleState(
                RolePlanner(catalog, view, policy, self.engine.guard), RoleUsage(name, quota), timeout
            )
        return self._roles[name]

    # Explaining and noting

    def explain(self, role: str, sql: str) -> Explained:
        """Decision, relations and DuckDB SQL of a statement; nothing runs. Raises PolicyDenied for an unknown role."""
        if self._policies is not None and role not in self._policies:
            raise PolicyDenied(
                f'no role "{role}" in the policy', hint="Its roles are: " + ", ".join(self._policies) + "."
            )
        state = self._role(role)
        catalog = self.engine.catalog
        analysed = analyse(sql, catalog, AnalyseEnv())
        access = state.planner.access(analysed)
        policy = self._policies[role] if self._policies is not None else None
        decision = decide(policy, access) if policy is not None else Decision(Effect.ALLOW, (), "no policy is in force")
        text = ""
        if decision.effect is Effect.ALLOW:
            env = Environment(role, catalog.database, settings=dict(catalog.settings))
            text = state.planner.plan(sql, (), env).sql
        return Explained(decision, tuple(sorted(access.relations)), text)

    def note_statement(self, role: str, client: str, application: str, statement: StatementEnd) -> None:
        """One audit line of a statement; its literals stay out."""
        relations = tuple(
            f"{self.engine.catalog.namespaces[row.namespace]}.{row.name}"
            for row in (self.engine.catalog.relations[oid] for oid in sorted(statement.relations))
        )
        self._audit.write(
            AuditEvent(
                datetime.now(UTC), "statement", role, client, application, self.engine.manifest.release,
                _fingerprint(statement.sql), relations, "allow" if statement.sqlstate != "42501" else "deny",
                rows=statement.rows, duration_ms=round(statement.seconds * 1000), sqlstate=statement.sqlstate,
                reason=statement.reason,
            )
        )  # fmt: skip

    def _note(self, action: str, role: str, client: str, application: str) -> None:
        self._audit.write(
            AuditEvent(datetime.now(UTC), action, role, client, application, self.engine.manifest.release)
        )

    def close(self) -> None:
        """Close the release and the audit log."""
        self.engine.close()
        self._audit.close()


def _fingerprint(sql: str) -> str:
    """The statement with its literals replaced by $n."""
    try:
        return str(pgparse.normalize(sql))
    except pgparse.PGQueryError:
        return "(unparsed)"


def open_app(
    releases: Path,
    policy: LoadedPolicy | None,
    *,
    users: Path | dict[str, Verifier] | None = None,
    audit: Path | None = None,
    limits: EngineLimits | None = None,
    statement_timeout_s: float | None = None,
) -> Double:
    """The backend of the published release. policy None is for mirrors. Raises NoRelease."""
    number = current_release(releases)
    if number is None:
        raise NoRelease(f"no release is published in {releases}", hint="`pgdouble build` makes and publishes one.")
    engine = ReleaseEngine(releases / folder_name(number), limits)
    if policy is not None and engine.manifest.mirror:
        engine.close()
        raise NoRelease(
            "the published release is a mirror; it holds the source's rows", hint="Build a release instead."
        )
    return Double(engine, policy, users, audit, statement_timeout_s)
