"""Settings against Postgres: the table is its pg_settings, and values are kept, shown and refused in its words."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.errors import PgError
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.timezones import find_zone
from proxy.session.setting_kinds import common_zone, engine_zone
from proxy.session.settings import KEEP_ANSWERS, SettingsState, absent_in, search_path
from proxy.session.settings_table import HIDDEN_SETTINGS, OTHER_SETTINGS, USER_SETTINGS

COLUMNS = """
SELECT json_agg(json_build_array(name, context, vartype, coalesce(unit, ''), coalesce(boot_val, ''), coalesce(min_val, ''),
                                 coalesce(max_val, ''), coalesce(array_to_string(enumvals, ','), '')) ORDER BY lower(name))
FROM pg_settings
"""
VALUES = [
    ("jit", "of"), ("jit", "o"), ("jit", ""), ("jit", "YES"), ("jit", "2"), ("jit", "1"), ("row_security", "tr"),
    ("work_mem", "64"), ("work_mem", "63"), ("work_mem", "1MB"), ("work_mem", "1.5GB"), ("work_mem", "100000"), ("work_mem", "1 s"),
    ("work_mem", "0x400"), ("work_mem", "1e3"), ("work_mem", "2TB"), ("work_mem", "abc"), ("work_mem", "1mb"),
    ("statement_timeout", "0"), ("statement_timeout", "-1"), ("statement_timeout", "1h"), ("statement_timeout", "90s"),
    ("statement_timeout", "1500us"), ("statement_timeout", "1d"), ("statement_timeout", "60000"), ("statement_timeout", "1.2"),
    ("effective_cache_size", "1GB"), ("effective_cache_size", "12"), ("backend_flush_after", "1MB"), ("backend_flush_after", "3MB"),
    ("seq_page_cost", "1.10"), ("seq_page_cost", "-1"), ("seq_page_cost", "1e3"), ("geqo_selection_bias", "1.4"),
    ("vacuum_cost_delay", "1s"), ("vacuum_cost_delay", "2.5"), ("geqo_threshold", "1"), ("extra_float_digits", "-15"),
    ("client_min_messages", "WARNING"), ("client_min_messages", "nix"), ("constraint_exclusion", "true"), ("bytea_output", "Hex"),
    ("IntervalStyle", "sql_standard"), ("xmloption", "x"), ("DateStyle", "german"), ("DateStyle", "sql, dmy"), ("DateStyle", "ymd"),
    ("DateStyle", "iso, sql"), ("DateStyle", "nix"), ("DateStyle", "european"), ("DateStyle", "ISO,ISO"),
    ("TimeZone", "utc"), ("TimeZone", "europe/berlin"), ("TimeZone", "UTC+3"), ("TimeZone", "-8"), ("TimeZone", "5.5"),
    ("TimeZone", "nix"), ("TimeZone", "z"), ("TimeZone", "est5edt"), ("TimeZone", "+02:30"), ("TimeZone", "gmt"), ("TimeZone", "<+02>-02"),
    ("application_name", "plain"), ("application_name", "héllo\t"), ("server_version", "1"), ("shared_buffers", "1GB"),
    ("log_statement", "all"), ("autovacuum", "on"), ("nix", "1"), ("nix.nax", "1"), ("nix.1", "1"), ("jit_provider", "x"),
    ("post_auth_delay", "1"), ("log_connections", "on"),
]  # fmt: skip


@pytest.fixture(scope="module")
def rows(postgres: EmbeddedPostgres) -> list[list[str]]:
    """pg_settings."""
    found: list[list[str]] = json.loads(postgres.psql("-At", "-c", COLUMNS))
    return found


def test_the_table_is_postgres_own(rows: list[list[str]]) -> None:
    """Every parameter, its context, type, unit, default, bounds and words."""
    assert list(USER_SETTINGS) == [(row[0], *row[2:]) for row in rows if row[1] == "user"]
    assert {context: names.split() for context, names in OTHER_SETTINGS.items()} == {
        context: [row[0] for row in rows if row[1] == context] for context in OTHER_SETTINGS
    }
    assert {row[1] for row in rows} == {"user", *OTHER_SETTINGS}


@pytest.fixture(scope="module")
def expected(postgres: EmbeddedPostgres) -> list[tuple[str, ...]]:
    """What an ordinary role is answered: (value,) or (SQLSTATE, message, ...)."""
    postgres.psql("-c", "CREATE ROLE plain_role LOGIN PASSWORD 'x'")
    visible = postgres.psql("-At", "-c", "SET ROLE plain_role; SELECT name FROM pg_settings").split()
    assert {name.lower() for names in OTHER_SETTINGS.values() for name in names.split()} - {
        v.lower() for v in visible
    } == HIDDEN_SETTINGS
    script = ""
    for name, value in VALUES:
        quoted, literal = ('"' + name + '"' if name == "nix.1" else name), value.replace("'", "''")
        script += f"\\echo ---\nRESET ALL;\nSET {quoted} = '{literal}';\n"
        script += f"\\if :ERROR\n\\echo :SQLSTATE :LAST_ERROR_MESSAGE\n\\else\nSHOW {name};\n\\endif\n"
    done = subprocess.run(
        [str(postgres.psql_path), "-X", "-q", "-At", "-f", "-"],
        env={**os.environ, **postgres.environment(), "PGUSER": "plain_role", "PGPASSWORD": "x"},
        input=script, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [part.strip("\n") for part in done.stdout.split("---\n")[1:]]


def test_values_are_kept_shown_and_refused_as_in_postgres(expected: list[str]) -> None:
    """The same text, or the same SQLSTATE and message."""
    ours = []
    for name, value in VALUES:
        state = SettingsState({"server_version": "18"})
        try:
            state.set(name, value)
            ours.append(state.show(name))
        except PgError as error:
            ours.append(f"{error.sqlstate} {error.message}")
    assert len(expected) == len(VALUES)
    assert dict(zip(VALUES, ours)) == dict(zip(VALUES, expected))


NAMES = st.sampled_from(["jit", "row_security", "nix.nax"])
STEPS = st.one_of(
    st.tuples(st.just("set"), NAMES, st.sampled_from(["on", "off"]), st.booleans()),
    st.tuples(st.just("reset"), NAMES),
    st.tuples(st.just("savepoint")),
    st.tuples(st.just("back")),
)


@given(st.lists(STEPS, max_size=12), st.lists(STEPS, max_size=12))
def test_a_rollback_takes_everything_back(before: list[tuple[object, ...]], inside: list[tuple[object, ...]]) -> None:
    """To what was in force when the transaction began, and SET LOCAL ends with a commit too; a client's own name stays, and is empty."""
    state = SettingsState({})
    _apply(state, [step for step in before if step[0] in ("set", "reset")])
    state.end(commit=True)
    was = dict(state.effective())
    state.save()
    _apply(state, inside)
    state.end(commit=False)
    was = {**dict.fromkeys((str(step[1]) for step in inside if step[0] == "set" and "." in str(step[1])), ""), **was}
    assert dict(state.effective()) == was
    state.save()
    state.set("jit", "on" if was["jit"] == "off" else "off", local=True)
    assert state.show("jit") != was["jit"]
    state.end(commit=True)
    assert dict(state.effective()) == was


def test_reset_all_goes_back_to_what_the_client_began_with() -> None:
    """A client's own names too: empty only where the startup packet had none."""
    state = SettingsState({})
    state.start("my.own", "1")
    for name in ("my.own", "my.other"):
        state.set(name, "2")
    state.reset_all()
    assert state.show("my.own") == "1" and not state.show("my.other")


def _apply(state: SettingsState, steps: list[tuple[object, ...]]) -> None:
    depth = 0
    for kind, *rest in steps:
        if kind == "set":
            state.set(str(rest[0]), str(rest[1]), local=bool(rest[2]))
        elif kind == "reset":
            state.set(str(rest[0]), None) if str(rest[0]) != "nix.nax" else None
        elif kind == "savepoint":
            state.save()
            depth += 1
        elif depth:
            state.rollback_to(depth)


@pytest.mark.parametrize("name", ["standard_conforming_strings", "array_nulls", "transform_null_equals"])
def test_what_would_change_the_meaning_of_statements_is_not_pretended(name: str) -> None:
    state = SettingsState({})
    other = "off" if state.show(name) == "on" else "on"
    state.set(name, state.show(name))
    with pytest.raises(FeatureNotSupported):
        state.set(name, other)


def test_values_of_the_source_are_defaults_where_they_can_be_followed() -> None:
    """How values look is the source's choice; what the source's server could do is not ours."""
    state = SettingsState(
        {}, source={"timezone": "Europe/Berlin", "datestyle": "German, DMY", "work_mem": "1", "shared_buffers": "16384"}
    )
    assert (state.show("TimeZone"), state.show("DateStyle"), state.show("work_mem")) == (
        "Europe/Berlin",
        "German, DMY",
        "4MB",
    )
    assert state.show("shared_buffers") == "16384"
    assert SettingsState({}, source={"timezone": "Nowhere/Else"}).show("TimeZone") == "UTC"


@pytest.mark.parametrize(
    ("value", "schemas"),
    [
        ('"$user", public', ("alice", "public")),
        ('""', ()),
        ('a, "B c", D', ("a", "B c", "d")),
        ('"x""y"', ('x"y',)),
    ],
)
def test_search_path(value: str, schemas: tuple[str, ...]) -> None:
    """Names as they are written."""
    assert search_path(value, "alice") == schemas


@pytest.mark.parametrize(
    ("name", "common", "engine"),
    [
        ("Europe/Berlin", "Europe/Berlin", "Europe/Berlin"),
        ("UTC", "UTC", "UTC"),
        ("<+02>-02", "Etc/GMT-2", "Etc/GMT-2"),
        ("UTC+3", "Etc/GMT+3", "Etc/GMT+3"),
        ("<+05:30>-05:30", "<+05:30>-05:30", "GMT+05:30"),
        ("<-08>+08", "Etc/GMT+8", "Etc/GMT+8"),
    ],
)
def test_zones_mean_the_same_to_the_engine(name: str, common: str, engine: str) -> None:
    """POSIX counts west, the engine's `GMT+5:30` is east."""
    assert (common_zone(name), engine_zone(name)) == (common, engine)
    assert find_zone(common) is not None


@pytest.mark.parametrize("name", ["pgdouble.keep_answer", "pgdouble.a.b"])
def test_nobody_else_has_parameters_under_the_doubles_name(name: str) -> None:
    """As after MarkGUCPrefixReserved(): a mistyped name is no placeholder."""
    state = SettingsState({}, live={"pgdouble.cache": lambda: "2 answers"})
    for act in (state.set, state.start):
        with pytest.raises(PgError) as caught:
            act(name, "off")
        assert (caught.value.sqlstate, caught.value.message, caught.value.detail) == (
            "42602",
            f'invalid configuration parameter name "{name}"',
            '"pgdouble" is a reserved prefix.',
        )
    with pytest.raises(PgError, match='parameter "pgdouble.cache" cannot be changed'):
        state.set("pgdouble.cache", "1")


def test_the_doubles_own_parameters_are_absent_in_no_source() -> None:
    assert KEEP_ANSWERS not in absent_in(["application_name", "work_mem", "search_path", "timezone"])
