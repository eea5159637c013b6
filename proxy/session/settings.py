"""A session's settings (GUCs): one table of what exists, and values with SET, SET LOCAL, RESET and rollback.

Refuses to know statements. Facts: PostgreSQL's configuration reference; which ones are reported is the protocol's "ParameterStatus".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from policies.errors import PgError
from proxy.errors import CannotSet, InvalidSetting, UndefinedSetting
from proxy.pgtypes.timezones import find_zone

_TRUE = frozenset({"on", "true", "yes", "1", "t", "y"})
_FALSE = frozenset({"off", "false", "no", "0", "f", "n"})
_CUSTOM = re.compile(r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)+$")


@dataclass(frozen=True, slots=True)
class Setting:
    """A configuration parameter: its spelling, its value at start, how input is checked, whether clients are told."""

    name: str
    default: str
    check: Callable[[str], str]
    reported: bool = False
    internal: bool = False


def _text(value: str) -> str:
    return value


def _boolean(value: str) -> str:
    word = value.strip().lower()
    if word in _TRUE:
        return "on"
    if word in _FALSE:
        return "off"
    raise ValueError("requires a Boolean value")


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        word = value.strip().lower()
        if word not in allowed:
            raise ValueError("Available values: " + ", ".join(allowed) + ".")
        return word

    return check


def _integer(low: int, high: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        number = int(float(value)) if re.fullmatch(r"-?\d+(\.\d+)?", value.strip()) else _with_unit(value)
        if not low <= number <= high:
            raise OverflowError(f"{number} is outside the valid range for parameter ({low} .. {high})")
        return str(number)

    return check


def _with_unit(value: str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d|kB|MB|GB)\s*", value)
    if found is None:
        raise ValueError("")
    scale = {
        "us": 0.001,
        "ms": 1,
        "s": 1000,
        "min": 60_000,
        "h": 3_600_000,
        "d": 86_400_000,
        "kB": 1,
        "MB": 1024,
        "GB": 1 << 20,
    }
    return int(float(found.group(1)) * scale[found.group(2)])


def _date_style(value: str) -> str:
    """Style and order, in either order, abbreviated as Postgres allows."""
    style, order = "ISO", "MDY"
    for word in (part.strip().lower() for part in value.replace('"', "").split(",")):
        if word in ("iso", "sql", "postgres", "german"):
            style = {"iso": "ISO", "sql": "SQL", "postgres": "Postgres", "german": "German"}[word]
            order = "DMY" if word == "german" else order
        elif word in ("mdy", "us", "noneuro", "noneuropean"):
            order = "MDY"
        elif word in ("dmy", "euro", "european"):
            order = "DMY"
        elif word == "ymd":
            order = "YMD"
        elif word != "default":
            raise ValueError("")
    return f"{style}, {order}"


def _time_zone(value: str) -> str:
    if find_zone(value) is None:
        raise ValueError("")
    return value


def _encoding(value: str) -> str:
    if value.strip().strip("\"'").upper().replace("-", "").replace("_", "") not in ("UTF8", "UNICODE"):
        raise ValueError("")
    return "UTF8"


SETTINGS: Mapping[str, Setting] = {
    setting.name.lower(): setting
    for setting in (
        Setting("application_name", "", _text, reported=True),
        Setting("bytea_output", "hex", _one_of("escape", "hex")),
        Setting("check_function_bodies", "on", _boolean),
        Setting("client_encoding", "UTF8", _encoding, reported=True),
        Setting("client_min_messages", "notice", _text),
        Setting("cursor_tuple_fraction", "0.1", _text),
        Setting("DateStyle", "ISO, MDY", _date_style, reported=True),
        Setting("default_statistics_target", "100", _text),
        Setting("default_transaction_deferrable", "off", _boolean),
        Setting("default_transaction_isolation", "read committed",
                _one_of("serializable", "repeatable read", "read committed", "read uncommitted")),
        Setting("default_transaction_read_only", "on", _boolean, reported=True),
        Setting("enable_seqscan", "on", _boolean),
        Setting("extra_float_digits", "1", _integer(-15, 3)),
        Setting("geqo", "on", _boolean),
        Setting("idle_in_transaction_session_timeout", "0", _integer(0, 2**31 - 1)),
        Setting("IntervalStyle", "postgres", _one_of("postgres", "postgres_verbose", "sql_standard", "iso_8601"), reported=True),
        Setting("jit", "off", _boolean),
        Setting("lock_timeout", "0", _integer(0, 2**31 - 1)),
        Setting("row_security", "on", _boolean),
        Setting("search_path", '"$user", public', _text, reported=True),
        Setting("standard_conforming_strings", "on", _boolean, reported=True),
        Setting("statement_timeout", "0", _integer(0, 2**31 - 1)),
        Setting("synchronize_seqscans", "on", _boolean),
        Setting("TimeZone", "UTC", _time_zone, reported=True),
        Setting("transaction_deferrable", "off", _boolean),
        Setting("transaction_isolation", "read committed", _text),
        Setting("transaction_read_only", "on", _boolean),
        Setting("work_mem", "4096", _integer(64, 2**31 - 1)),
        Setting("xmloption", "content", _one_of("content", "document")),
        # Facts of the server; SET is refused.
        Setting("block_size", "8192", _text, internal=True),
        Setting("in_hot_standby", "off", _text, reported=True, internal=True),
        Setting("integer_datetimes", "on", _text, reported=True, internal=True),
        Setting("is_superuser", "off", _text, reported=True, internal=True),
        Setting("lc_collate", "C", _text, internal=True),
        Setting("lc_ctype", "C", _text, internal=True),
        Setting("max_identifier_length", "63", _text, internal=True),
        Setting("max_index_keys", "32", _text, internal=True),
        Setting("scram_iterations", "4096", _text, reported=True, internal=True),
        Setting("server_encoding", "UTF8", _text, reported=True, internal=True),
        Setting("server_version", "", _text, reported=True, internal=True),
        Setting("server_version_num", "", _text, internal=True),
        Setting("session_authorization", "", _text, reported=True, internal=True),
        Setting("pgdouble.release", "", _text, internal=True),
    )
}  # fmt: skip
_ALIASES = {"time zone": "timezone", "names": "client_encoding", "transaction isolation level": "transaction_isolation"}


@dataclass
class SettingsState:
    """Values in force. facts: internal values of this server; startup: what RESET goes back to."""

    facts: Mapping[str, str]
    startup: dict[str, str] = field(default_factory=dict)
    _session: dict[str, str] = field(default_factory=dict)
    _local: dict[str, str] = field(default_factory=dict)
    _saved: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def show(self, name: str) -> str:
        """The effective value. Raises UndefinedSetting."""
        key = self.key(name)
        for values in (self._local, self._session, self.startup, self.facts):
            if key in values:
                return values[key]
        return SETTINGS[key].default

    def key(self, name: str) -> str:
        """The lower-case name of a setting that exists. Raises UndefinedSetting."""
        key = _ALIASES.get(name.lower(), name.lower())
        known = key in SETTINGS or key in self.facts
        if not known and not any(key in values for values in (self._local, self._session, self.startup)):
            raise UndefinedSetting(f'unrecognized configuration parameter "{name}"')
        return key

    def set(self, name: str, value: str | None, *, local: bool = False) -> None:
        """SET; None is DEFAULT. Raises InvalidSetting, CannotSet, UndefinedSetting."""
        key = _ALIASES.get(name.lower(), name.lower())
        if key not in SETTINGS and not _CUSTOM.match(name):
            self.key(name)
        setting = SETTINGS.get(key)
        if key in self.facts or (setting is not None and setting.internal):
            raise CannotSet(f'parameter "{setting.name if setting else name}" cannot be changed')
        values = self._local if local else self._session
        if value is None:
            self._local.pop(key, None)
            self._session.pop(key, None)
            if local:
                values[key] = self.startup.get(key, setting.default if setting else "")
            return
        values[key] = checked(setting, value) if setting else value
        if not local:
            self._local.pop(key, None)

    def start(self, name: str, value: str) -> None:
        """A setting of the startup packet."""
        key = name.lower()
        setting = SETTINGS.get(key)
        if setting is None and not _CUSTOM.match(name):
            raise UndefinedSetting(f'unrecognized configuration parameter "{name}"')
        if setting is not None and setting.internal:
            raise CannotSet(f'parameter "{name}" cannot be changed')
        self.startup[key] = checked(setting, value) if setting else value

    def reset_all(self) -> None:
        """RESET ALL."""
        self._session.clear()
        self._local.clear()

    def save(self, name: str = "") -> None:
        """Start of a transaction ('') or of a savepoint."""
        self._saved.append((name, dict(self._session), dict(self._local)))

    def rollback_to(self, depth: int) -> None:
        """Back to the values at that save point, which stays."""
        _, session, local = self._saved[depth]
        self._session, self._local = dict(session), dict(local)
        del self._saved[depth + 1 :]

    def release(self, depth: int) -> None:
        """Forget a save point and those after it; values stay."""
        del self._saved[depth:]

    def end(self, *, commit: bool) -> None:
        """End of the transaction: SET LOCAL ends, and after a rollback all of it."""
        if not commit and self._saved:
            self.rollback_to(0)
        self._local.clear()
        self._saved.clear()

    def all(self) -> Iterator[tuple[str, str]]:
        """(spelled name, value) of every setting, by name."""
        for key in sorted({*SETTINGS, *self.facts, *self._session, *self._local, *self.startup}):
            yield (SETTINGS[key].name if key in SETTINGS else key), self.show(key)

    def effective(self) -> dict[str, str]:
        """Lower-case name -> value of every setting."""
        return {name.lower(): value for name, value in self.all()}

    def reported(self) -> dict[str, str]:
        """What ParameterStatus tells."""
        return {setting.name: self.show(key) for key, setting in SETTINGS.items() if setting.reported}


def checked(setting: Setting, value: str) -> str:
    """The value as the setting keeps it. Raises InvalidSetting."""
    try:
        return setting.check(value)
    except OverflowError as error:
        raise InvalidSetting(str(error).replace("for parameter", f'for parameter "{setting.name}"')) from error
    except (ValueError, PgError) as error:
        hint = str(error) if str(error).startswith("Available") else ""
        if str(error) == "requires a Boolean value":
            raise InvalidSetting(f'parameter "{setting.name}" requires a Boolean value') from error
        raise InvalidSetting(f'invalid value for parameter "{setting.name}": "{value}"', hint=hint) from error


def search_path(value: str, role: str) -> tuple[str, ...]:
    """The schemas of a search_path setting, "$user" replaced."""
    found = []
    for quoted, plain in re.findall(r'"((?:[^"]|"")*)"|([^,\s"]+)', value):
        name = quoted.replace('""', '"') if quoted else plain.lower()
        if name:
            found.append(role if name == "$user" else name)
    return tuple(found)
