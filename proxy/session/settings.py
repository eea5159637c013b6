"""A session's settings: what exists, and values with SET, SET LOCAL, RESET and rollback.

Holds what this server says of itself besides Postgres' own parameters. Refuses to know statements. Facts: `settings_table.py`; which
ones are reported is the protocol's "ParameterStatus"; src/backend/utils/misc/guc.c for refusals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast

from policies.errors import PgError, PolicyDenied
from proxy.errors import CannotSet, InvalidSettingName, UndefinedSetting
from proxy.session.setting_kinds import Ascii, Boolean, DateStyle, Encoding, Enum, Kind, Number, Only, TimeZone
from proxy.session.settings_table import HIDDEN_SETTINGS, OTHER_SETTINGS, USER_SETTINGS

Derived = TypeVar("Derived")
_CUSTOM = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)+")
_ALIASES = {"time zone": "timezone", "names": "client_encoding", "transaction isolation level": "transaction_isolation"}
_SPECIAL: Mapping[str, Kind] = {
    "application_name": Ascii(), "DateStyle": DateStyle(), "TimeZone": TimeZone(), "client_encoding": Encoding(),
    "standard_conforming_strings": Only("on"), "transform_null_equals": Only("off"), "array_nulls": Only("on"),
}  # fmt: skip
# What is reported at start and after each change (PostgreSQL 18; of an older source, what `unreported` leaves).
REPORTED = (
    "application_name", "client_encoding", "DateStyle", "default_transaction_read_only", "in_hot_standby", "integer_datetimes",
    "IntervalStyle", "is_superuser", "scram_iterations", "search_path", "server_encoding", "server_version",
    "session_authorization", "standard_conforming_strings", "TimeZone",
)  # fmt: skip
# Where the double differs from a fresh Postgres.
DOUBLE = {
    "default_transaction_read_only": "on", "client_encoding": "UTF8", "timezone": "UTC", "jit": "off",
    "in_hot_standby": "off", "integer_datetimes": "on", "is_superuser": "off", "server_encoding": "UTF8", "ssl": "off",
    "session_authorization": "", "server_version": "", "server_version_num": "", "lc_collate": "C", "lc_ctype": "C",
    "block_size": "8192", "max_identifier_length": "63", "max_index_keys": "32", "max_function_args": "100", "role": "none",
}  # fmt: skip
ROLE = "role"
# A transaction's own settings begin as the session's defaults.
FOLLOWS = {f"transaction_{part}": f"default_transaction_{part}" for part in ("isolation", "read_only", "deferrable")}
# What clients see of the source's own configuration: how values look and are read.
FROM_SOURCE = frozenset(
    "bytea_output datestyle default_text_search_config default_transaction_isolation extra_float_digits intervalstyle lc_collate"
    " lc_ctype lc_monetary lc_numeric lc_time max_function_args search_path timezone".split()
)
_REFUSALS = {
    "internal": "cannot be changed", "postmaster": "cannot be changed without restarting the server",
    "sighup": "cannot be changed now", "backend": "cannot be set after connection start",
    "superuser-backend": "cannot be set after connection start",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter any user may set."""

    name: str
    kind: Kind
    default: str


def _settings() -> dict[str, Setting]:
    found = {}
    for name, kind, unit, default, low, high, words in USER_SETTINGS:
        checks: Mapping[str, Kind] = {"bool": Boolean(), "string": Kind()}
        if name in _SPECIAL:
            made = _SPECIAL[name]
        elif kind in checks:
            made = checks[kind]
        elif kind == "enum":
            made = Enum(tuple(words.split(",")))
        else:
            made = Number(float(low), float(high), unit, kind == "integer")
        found[name.lower()] = Setting(name, made, default)
    return found


# The double's own, as an extension has its own in Postgres, and nobody else under its name. Whoever measures how fast a statement runs
# wants it run.
PREFIX = "pgdouble."
KEEP_ANSWERS = f"{PREFIX}keep_answers"
ACCURACY = f"{PREFIX}accuracy"
OWN: Mapping[str, Setting] = {
    name: Setting(name, Boolean(), default) for name, default in ((KEEP_ANSWERS, "on"), (ACCURACY, "off"))
}
SETTINGS: Mapping[str, Setting] = {**_settings(), **OWN}
CONTEXTS: Mapping[str, str] = {name.lower(): why for why, names in OTHER_SETTINGS.items() for name in names.split()}
SPELLED: Mapping[str, str] = {
    **{name.lower(): name for names in OTHER_SETTINGS.values() for name in names.split()},
    **{key: setting.name for key, setting in SETTINGS.items()},
}


@dataclass
class SettingsState:
    """Values in force. facts: what this server and session are; startup: what RESET goes back to; source: the source's values; live:
    what SHOW works out when it is asked, and nothing else knows; defaults: `shown_defaults(source)`, where it is at hand. absent:
    parameters of later versions than the source's, and unreported, those that its version does not report."""

    facts: Mapping[str, str]
    startup: dict[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    unreported: frozenset[str] = frozenset()
    _session: dict[str, str] = field(default_factory=dict)
    _local: dict[str, str] = field(default_factory=dict)
    _saved: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    _started: dict[str, str] = field(default_factory=dict)  # the open transaction's isolation level and so on
    _order: dict[str, None] = field(default_factory=dict)  # what the open transaction changed, in order
    _placeholders: set[str] = field(
        default_factory=set
    )  # a client's own names, which outlive the values that a rollback takes
    _changed: dict[str, None] = field(default_factory=dict)  # since the last report, in order
    _version: int = 0
    _derived: dict[str, tuple[int, object, object]] = field(default_factory=dict)  # version, owner, value

    def show(self, name: str) -> str:
        """The effective value as SHOW prints it. Raises UndefinedSetting; PolicyDenied for what only administrators may see."""
        if name.lower() in self.live:
            return self.live[name.lower()]()
        key = self.key(name)
        value = self._value(key)
        return SETTINGS[key].kind.show(value) if key in SETTINGS else value

    def value(self, name: str) -> str:
        """The effective value in the parameter's own unit; of one that is absent for clients too, since sessions go by it."""
        return self._value(name.lower() if name.lower() in SETTINGS else self.key(name))

    def _value(self, key: str) -> str:
        for values in (self._local, self._session, self.startup, self.facts):
            if key in values:
                return values[key]
        if key in FOLLOWS:
            return self._started.get(key) or self._value(FOLLOWS[key])
        return self._default(key)

    def _default(self, key: str) -> str:
        """The value before anyone set it."""
        if key in FROM_SOURCE and self.source.get(key):
            return _source_value(key, self.source[key])
        if key in DOUBLE:
            return DOUBLE[key]
        return SETTINGS[key].default if key in SETTINGS else self.source.get(key, "")

    def key(self, name: str) -> str:
        """The lower-case name of a setting that exists and may be seen. Raises UndefinedSetting, PolicyDenied."""
        key = _ALIASES.get(name.lower(), name.lower())
        if key in HIDDEN_SETTINGS:
            raise PolicyDenied(
                f'permission denied to examine "{name}"',
                detail='Only roles with privileges of the "pg_read_all_settings" role may examine this parameter.',
            )
        if key in self.absent or not any(
            key in known
            for known in (
                SETTINGS,
                self.facts,
                DOUBLE,
                CONTEXTS,
                self._local,
                self._session,
                self.startup,
                self.live,
                self._placeholders,
            )  # fmt: skip
        ):
            raise UndefinedSetting(f'unrecognized configuration parameter "{name}"')
        return key

    def exists(self, name: str) -> bool:
        """Whether `show` would know it."""
        try:
            self.key(name)
        except UndefinedSetting:
            return False
        return True

    def spelled(self, name: str) -> str:
        """The parameter's own spelling, such as TimeZone."""
        key = _ALIASES.get(name.lower(), name.lower())
        return SPELLED.get(key, key)

    def set(self, name: str, value: str | None, *, local: bool = False) -> None:
        """SET; None is DEFAULT. Raises InvalidSetting, CannotSet, UndefinedSetting, PolicyDenied."""
        key = self._settable(name)
        if value is not None:
            kept = self._checked(key, value)
        elif key in FOLLOWS:
            kept = self._value(FOLLOWS[key])
        else:
            kept = self.startup.get(key, self._default(key))
        self._put(key, kept, local)

    def assume_role(self, name: str, *, local: bool = False) -> None:
        """SET ROLE to what the session is already; "none" is where it began. RESET ALL leaves it."""
        self._put(ROLE, name, local)

    def _put(self, key: str, value: str, local: bool) -> None:
        self._touch(key)
        self._order.setdefault(key, None)
        if key not in SETTINGS:
            self._placeholders.add(key)
        if local:
            self._local[key] = value
        else:
            self._session[key] = value
            self._local.pop(key, None)

    def start(self, name: str, value: str) -> None:
        """A setting of the startup packet. Raises as `set` does."""
        key = self._settable(name)
        self.startup[key] = self._checked(key, value)
        self._version += 1

    def _settable(self, name: str) -> str:
        key = _ALIASES.get(name.lower(), name.lower())
        if key in SETTINGS and key not in self.absent:
            return key
        own = key in self.facts or key in DOUBLE or key in self.live
        context = "" if key in self.absent else CONTEXTS.get(key, "internal" if own else "")
        if context in _REFUSALS:
            raise CannotSet(f'parameter "{self.spelled(name)}" {_REFUSALS[context]}')
        if context:
            raise PolicyDenied(f'permission denied to set parameter "{self.spelled(name)}"')
        if not _CUSTOM.fullmatch(name):
            if "." in name:
                raise InvalidSettingName(
                    f'invalid configuration parameter name "{name}"',
                    detail="Custom parameter names must be two or more simple identifiers separated by dots.",
                )
            raise UndefinedSetting(f'unrecognized configuration parameter "{name}"')
        if name.startswith(PREFIX):
            raise InvalidSettingName(
                f'invalid configuration parameter name "{name}"', detail=f'"{PREFIX[:-1]}" is a reserved prefix.'
            )
        return key

    def _checked(self, key: str, value: str) -> str:
        return SETTINGS[key].kind.check(SETTINGS[key].name, value, self._value(key)) if key in SETTINGS else value

    def reset_all(self) -> None:
        """RESET ALL; a transaction's own settings stay."""
        self._touch(*self._session, *self._local)
        self._order.update(dict.fromkeys([*self._session, *self._local]))
        roles = {key: value for key, value in self._session.items() if key == ROLE}
        self._session = {key: self.startup.get(key, "") for key in self._session if key not in SETTINGS} | roles
        self._local = {key: value for key, value in self._local.items() if key in FOLLOWS or key == ROLE}

    def save(self) -> None:
        """Start of a transaction or of a savepoint."""
        if not self._saved:
            self._started = {key: self._value(default) for key, default in FOLLOWS.items()}
        self._saved.append((dict(self._session), dict(self._local)))

    def rollback_to(self, depth: int) -> None:
        """Back to the values at that save point, which stays."""
        session, local = self._saved[depth]
        if (session, local) != (self._session, self._local):
            self._touch(*reversed(self._order))
            self._session, self._local = dict(session), dict(local)
        del self._saved[depth + 1 :]

    def release(self, depth: int) -> None:
        """Forget a save point and those after it; values stay."""
        del self._saved[depth:]

    def end(self, *, commit: bool) -> None:
        """End of the transaction: SET LOCAL ends, and after a rollback all of it."""
        if not commit and self._saved:
            self.rollback_to(0)
        if self._local:
            self._touch(*(key for key in reversed(self._order) if key in self._local))
            self._local.clear()
        if any(self._value(FOLLOWS[key]) != value for key, value in self._started.items()):
            self._version += 1
        self._started = {}
        self._order.clear()
        self._saved.clear()

    def _touch(self, *keys: str) -> None:
        self._version += 1
        for key in keys:
            self._changed.setdefault(key, None)

    @property
    def has_changes(self) -> bool:
        """Whether `take_changes` has something to look at."""
        return bool(self._changed)

    def take_changes(self) -> list[str]:
        """Reported settings that may have changed since the last call, the newest first, as Postgres reports them."""
        told = [key for key in reversed(self._changed) if key not in self.unreported]
        found = [SPELLED[key] for key in told if SPELLED.get(key) in REPORTED]
        self._changed.clear()
        return found

    def all(self) -> Iterator[tuple[str, str]]:
        """(spelled name, shown value) of every setting that may be seen, by name."""
        for key in sorted({*SETTINGS, *CONTEXTS, *DOUBLE, *self._named()} - HIDDEN_SETTINGS - self.absent):
            yield SPELLED.get(key, key), self.show(key)

    def _named(self) -> AbstractSet[str]:
        """What this session has, beside what every one has."""
        return {*self.facts, *self.startup, *self._session, *self._local, *self._placeholders}

    def effective(self) -> Mapping[str, str]:
        """Lower-case name -> shown value of every setting; the same object until something changes."""

        def make() -> Mapping[str, str]:
            return {**self._begun(), **dict(self.own())}

        return self.derived("effective", None, make)

    def own(self) -> tuple[tuple[str, str], ...]:
        """(lower-case name, shown value) of what is not what every session over the same source begins with, by name."""
        names = {*self._named(), *FOLLOWS} - HIDDEN_SETTINGS - self.absent
        begun, shown = self._begun(), ((name, self.show(name)) for name in sorted(names))
        return tuple((name, value) for name, value in shown if value != begun.get(name))

    def _begun(self) -> Mapping[str, str]:
        self.defaults = self.defaults or shown_defaults(self.source, self.absent)
        return self.defaults

    def derived(self, name: str, owner: object, make: Callable[[], Derived]) -> Derived:
        """What follows from settings and one other object: made anew when either has changed."""
        held = self._derived.get(name)
        if held is None or held[0] != self._version or held[1] is not owner:
            held = self._derived[name] = (self._version, owner, make())
        return cast("Derived", held[2])

    def reported(self) -> dict[str, str]:
        """What ParameterStatus tells."""
        return {name: self.show(name) for name in REPORTED if name.lower() not in self.unreported}


# Postgres' own parameters that pg_settings does not list.
UNLISTED = frozenset({"is_superuser", "role", "session_authorization"})


def absent_in(listed: Iterable[str]) -> frozenset[str]:
    """Which parameters a source with these in its pg_settings has not."""
    names = {name.lower() for name in listed}
    known = (SETTINGS.keys() - OWN.keys()) | CONTEXTS.keys() | DOUBLE.keys()
    return frozenset(known - names - UNLISTED) if len(names) > len(UNLISTED) else frozenset()


def only_in(listed: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a source that this server's table has not, with their values; extensions' are left out."""
    return {
        name: value for name, value in listed.items() if "." not in name and name not in SPELLED and name not in DOUBLE
    }


def shown_defaults(source: Mapping[str, str], absent: frozenset[str] = frozenset()) -> dict[str, str]:
    """Lower-case name -> shown value of every setting that a session over this source begins with."""
    return {name.lower(): value for name, value in SettingsState({}, source=source, absent=absent).all()}


@lru_cache(maxsize=256)
def _source_value(key: str, value: str) -> str:
    """The source's value, where this server can follow it."""
    setting = SETTINGS.get(key)
    if setting is None:
        return value
    try:
        return setting.kind.check(setting.name, value, DOUBLE.get(key, setting.default))
    except PgError:
        return DOUBLE.get(key, setting.default)


def search_path(value: str, role: str) -> tuple[str, ...]:
    """The schemas of a search_path setting, "$user" replaced."""
    found = []
    for quoted, plain in re.findall(r'"((?:[^"]|"")*)"|([^,\s"]+)', value):
        name = quoted.replace('""', '"') if quoted else plain.lower()
        if name:
            found.append(role if name == "$user" else name)
    return tuple(found)
