"""The backend of a server: one release, its roles, users, quotas and audit, composed.

The only place where policy, compiler, engine and sessions meet. Holds no credential and no route of the source. Refuses to know sockets.
"""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policies.decide import Decision, Effect, RolePolicy, role_policies
from policies.errors import PgError, PolicyDenied
from policies.exposure import Published, check_exposure, exposure_limits
from policies.load import LoadedPolicy
from policies.quota import Book, MemoryBook, RoleUsage
from proxy.accuracy.known import Known
from proxy.catalog.versions import Since
from proxy.decision import judge_or_refusal
from proxy.engine.instance import ReleaseEngine
from proxy.engine.settings import EngineLimits
from proxy.errors import UnknownDatabase
from proxy.metering import Audit, Journal, NoAudit, SessionLimits
from proxy.planner import RolePlanner, utc_today
from proxy.rolesetup import InForce, RoleViews, everything, role_view
from proxy.server.users import load_users
from proxy.session.others import Sessions
from proxy.session.ports import Environment
from proxy.session.session import Session
from proxy.session.settings import SettingsState, absent_in, only_in, shown_defaults
from proxy.wire.framing import Startup
from proxy.wire.scram import Verifier, mock_verifier
from synth.release.manifest import current_release, folder_name, require_whole

# Parameters that are reported to clients only by later versions.
REPORTED_SINCE = {"scram_iterations": Since.SCRAM_ITERATIONS_REPORTED, "search_path": Since.SEARCH_PATH_REPORTED}
_OPTION = re.compile(r"-c\s*+([A-Za-z_.]++)=((?:\\.|\S)*+)|--([A-Za-z_.-]++)=((?:\\.|\S)*+)")


class NoRelease(PgError):
    """Nothing is published."""

    sqlstate = "55000"


@dataclass(frozen=True, slots=True)
class Governance:
    """What governs use beside the policy's text. book: where use is counted. published: every release that was ever published.

    statement_timeout_s: of every role; a quota can be lower.
    """

    book: Book
    audit: Audit
    published: Sequence[Published] = ()
    statement_timeout_s: float | None = None


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


class Double:
    """See the module. policy None: everything is granted; for mirrors."""

    def __init__(
        self,
        engine: ReleaseEngine,
        policy: LoadedPolicy | None,
        users: Path | dict[str, Verifier] | None,
        governance: Governance,
        today: Callable[[], date] = utc_today,
    ) -> None:
        self.engine = engine
        self._accuracy = Known.of(engine.folder, engine.manifest)
        self._absent = absent_in(engine.catalog.settings)
        self._defaults = shown_defaults(engine.catalog.settings, self._absent)
        self._policy = policy
        self._policies = role_policies(policy) if policy is not None else {}
        self._users = _Users(users)
        self._governance = governance
        self._today = today
        digest = policy.sha256 if policy is not None else ""
        self._journal = Journal(governance.audit, engine.catalog, engine.manifest.release, digest)
        self._roles: dict[str, RoleState] = {}
        self._making = threading.Lock()
        self._numbers = itertools.count(1)
        self._limits: dict[int, SessionLimits] = {}
        self._sessions = Sessions()
        engine.switch.signals = self._sessions
        for each in self._policies.values():
            role_view(engine.catalog, each, 0, today())  # a filter that does not compile stops the start

    # Authentication

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """See server.Backend. A role needs a password and, under a policy, an entry there."""
        return self._users.verifier(role, known=self._policy is None or role in self._policies)

    # Sessions

    def prepare_role(self, role: str) -> None:
        """See server.Backend."""
        with self._making:
            self._role(role)

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """See server.Backend."""
        role = startup.parameters["user"]
        database = startup.parameters.get("database") or role
        if database != self.engine.catalog.database:
            raise UnknownDatabase(
                f'database "{database}" does not exist',
                hint=f'This server stands in for "{self.engine.catalog.database}".',
            )
        address = f"{client[0]}:{client[1]}" if client[0] else "local"
        settings = self._settings(startup, role)
        try:
            self._require_exposure(role)
            state = self._role(role)
            limits = SessionLimits(
                state.usage, self._journal, role, address, lambda: _application(settings), state.timeout_s
            )
            limits.open()
        except PgError as error:
            self._journal.note("refused", role, address, settings.show("application_name"), error.message)
            raise
        session = Session(
            state.planner, self.engine, settings, role=role, database=database, pid=pid, limits=limits, client=client,
            others=self._sessions,
        )  # fmt: skip
        self._limits[id(session)] = limits
        return session

    def close_session(self, session: Session) -> None:
        """See server.Backend."""
        limits = self._limits.pop(id(session), None)
        if limits is not None:
            limits.close()

    def _require_exposure(self, role: str) -> None:
        """Raise BudgetExhausted where all that was ever published is more than the role may see."""
        if self._policy is None:
            return
        limits = exposure_limits(self._policy.policy)
        if role in limits:
            check_exposure({role: limits[role]}, self._governance.published, self._policy.policy.privacy)

    def _settings(self, startup: Startup, role: str) -> SettingsState:
        catalog = self.engine.catalog
        source = catalog.settings
        facts = only_in(source) | {
            "server_version": self.engine.catalog.server_version,
            "server_version_num": source.get("server_version_num", ""),
            "session_authorization": role,
            "pgdouble.release": str(self.engine.manifest.release),
            "lc_collate": source.get("lc_collate", "C"),
            "lc_ctype": source.get("lc_ctype", "C"),
        }
        engine = self.engine
        settings = SettingsState(
            facts, source=source, live={"pgdouble.cache": lambda: engine.repeats.shown(engine.answers, engine.lookups)},
            defaults=self._defaults, absent=self._absent,
            unreported=frozenset(name for name, change in REPORTED_SINCE.items() if not catalog.has(change)),
        )  # fmt: skip
        for first, first_value, second, second_value in _OPTION.findall(startup.parameters.get("options", "")):
            settings.start((first or second).replace("-", "_"), (first_value or second_value).replace("\\ ", " "))
        for name, value in startup.parameters.items():
            if name not in ("user", "database", "options", "replication") and not name.startswith("_pq_."):
                settings.start(name, value)
        return settings

    def _role(self, name: str) -> RoleState:
        """The role's planner and counters, made at its first connection."""
        if name not in self._roles:
            policy = self._policies.get(name)
            quota = (policy or RolePolicy(name)).quota
            own = quota.statement_timeout.total_seconds() if quota.statement_timeout else None
            timeout = min((one for one in (own, self._governance.statement_timeout_s) if one), default=None)
            planner = RolePlanner(
                self.engine.catalog,
                self._in_force(name, policy),
                policy,
                self.engine.guard,
                self._today,
                self._accuracy,
            )
            self._roles[name] = RoleState(planner, RoleUsage(name, quota, self._governance.book), timeout)
        return self._roles[name]

    def _in_force(self, name: str, policy: RolePolicy | None) -> Callable[[date], InForce]:
        """What the role sees on a day, its objects made in the engine when they are first asked for."""
        catalog, engine = self.engine.catalog, self.engine
        if policy is None:
            view = everything(catalog, name, next(self._numbers))
            known = InForce(view, engine.add_role(view))
            return lambda today: known
        views = RoleViews(
            policy,
            lambda today: role_view(catalog, policy, next(self._numbers), today),
            engine.add_role,
            engine.drop_role,
        )
        views.at(self._today())
        return views.at

    # Explaining

    def explain(self, role: str, sql: str) -> Explained:
        """Decision, relations and DuckDB SQL of a statement; nothing runs. Raises PolicyDenied for an unknown role."""
        if self._policy is not None and role not in self._policies:
            raise PolicyDenied(
                f'no role "{role}" in the policy', hint="Its roles are: " + ", ".join(self._policies) + "."
            )
        planner = self._role(role).planner
        catalog = self.engine.catalog
        decision, relations = judge_or_refusal(lambda: planner.judge(sql))
        text = ""
        if decision.effect is Effect.ALLOW:
            env = Environment(role, catalog.database, settings=dict(catalog.settings))
            text = planner.plan(sql, (), env).sql
        return Explained(decision, relations, text)

    def close(self) -> None:
        """Close the release and the audit log."""
        self.engine.close()
        self._governance.audit.close()


class _Users:
    """Verifiers by role. A users file is read again when it changed, so that `user add` needs no restart."""

    def __init__(self, source: Path | dict[str, Verifier] | None) -> None:
        self._file = source if isinstance(source, Path) else None
        self._users = source if isinstance(source, dict) else {}
        self._read = -1.0
        self._mock_key = secrets.token_bytes(32)

    def verifier(self, role: str, *, known: bool) -> tuple[Verifier, bool]:
        """(verifier, whether the role exists); an unknown role gets one that no password fits."""
        if self._file is not None and self._file.exists():
            changed = self._file.stat().st_mtime
            if changed != self._read:
                self._users, self._read = load_users(self._file), changed
        known = known and role in self._users
        return (self._users[role] if known else mock_verifier(role, self._mock_key)), known


def _application(settings: SettingsState) -> str:
    return settings.derived("application", None, lambda: settings.show("application_name"))


def open_app(
    releases: Path,
    policy: LoadedPolicy | None,
    *,
    users: Path | dict[str, Verifier] | None = None,
    governance: Governance | None = None,
    limits: EngineLimits | None = None,
) -> Double:
    """The backend of the published release. policy None is for mirrors. Raises NoRelease."""
    number = current_release(releases)
    if number is None:
        raise NoRelease(f"no release is published in {releases}", hint="`pgdouble build` makes and publishes one.")
    folder = releases / folder_name(number)
    if policy is not None and require_whole(folder).mirror:
        raise NoRelease(
            "the published release is a mirror; it holds the source's rows", hint="Build a release instead."
        )
    engine = ReleaseEngine(folder, limits)
    return Double(engine, policy, users, governance or Governance(MemoryBook(), NoAudit()))
