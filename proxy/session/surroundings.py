"""What of a session statements depend on: who asks, when, and how values are read and printed.

Read anew for each statement. Refuses to know messages and what a statement does with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.pgtypes import InputSettings, OutputSettings
from proxy.session.ports import Environment
from proxy.session.settings import search_path
from proxy.sql.temporary import lookup_path

if TYPE_CHECKING:
    from proxy.session.session import Session


def environment(session: Session) -> Environment:
    """What a statement's meaning depends on, now."""
    settings = session.settings
    return Environment(
        role=session.role, database=session.database,
        search_path=settings.derived("search_path", None, lambda: _path(session)),
        settings=settings.effective(), transaction_timestamp=session.transaction.started,
        statement_timestamp=session.transaction.statement_started, pid=session.pid,
        client_address=session.client[0], client_port=session.client[1], temporary=session.temporary.schema,
        others=session.others,
    )  # fmt: skip


def output_settings(session: Session) -> OutputSettings:
    """How values are printed; the same object until something changes."""
    value = session.settings.value

    def make() -> OutputSettings:
        return OutputSettings(
            value("DateStyle"), value("IntervalStyle"), value("TimeZone"), value("bytea_output"),
            int(value("extra_float_digits")), namespaces(session),
        )  # fmt: skip

    return session.settings.derived("output", session.catalog, make)


def input_settings(session: Session) -> InputSettings:
    """How parameters are read."""
    output = output_settings(session)
    return InputSettings(
        output.date_style, output.interval_style, output.timezone, session.transaction.started, output.search_path
    )


def namespaces(session: Session) -> tuple[int, ...]:
    """OIDs of the search path, pg_catalog included."""
    known = session.catalog.namespace_by_name
    return tuple(known[name] for name in lookup_path(_path(session), session.temporary.schema) if name in known)


def _path(session: Session) -> tuple[str, ...]:
    return search_path(session.settings.value("search_path"), session.role)
