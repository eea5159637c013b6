"""Errors of the protocol and the session, one class a SQLSTATE, and how any error is told to a client.

Refuses to know sockets. Facts: PostgreSQL's documentation, appendix A and "Error and Notice Message Fields".
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from policies.errors import PgError
from proxy.pgtypes.errors import StackDepthExceeded

log = logging.getLogger("pgdouble")


class ProtocolViolation(PgError):
    """Bytes or a message order that the protocol does not allow."""

    sqlstate = "08P01"
    severity = "FATAL"


class BadMessageFormat(ProtocolViolation):
    """A message whose body is not what its kind asks for: an error of that message alone, for it is known where the next one begins.

    read: the fields before the bad one.
    """

    severity = "ERROR"
    read: tuple[Any, ...] = ()


class Unframed(ConnectionError):
    """A length that no message has. Where the next one begins nobody can tell, and Postgres hangs up without a word."""


class UnsupportedStartup(PgError):
    """A protocol version or startup option the server does not take."""

    sqlstate = "0A000"
    severity = "FATAL"


class InvalidPassword(PgError):
    """Authentication failed; says the same for an unknown role."""

    sqlstate = "28P01"
    severity = "FATAL"


class InvalidAuthorization(PgError):
    """Not allowed to connect."""

    sqlstate = "28000"
    severity = "FATAL"


class UnknownDatabase(PgError):
    """No such database."""

    sqlstate = "3D000"
    severity = "FATAL"


class TooManyConnections(PgError):
    """The server or the role has all the sessions it may have."""

    sqlstate = "53300"
    severity = "FATAL"


class AdminShutdown(PgError):
    """The server stops."""

    sqlstate = "57P01"
    severity = "FATAL"


class QueryCanceled(PgError):
    """Cancelled by the user or by a timeout."""

    sqlstate = "57014"


class IdleSessionTimeout(PgError):
    """A client that asked for nothing for too long."""

    sqlstate = "57P05"
    severity = "FATAL"


class IdleInTransactionTimeout(PgError):
    """A client that left its transaction open for too long."""

    sqlstate = "25P03"
    severity = "FATAL"


class TransactionTimeout(PgError):
    """A transaction that took too long, whatever it did."""

    sqlstate = "25P04"
    severity = "FATAL"


class MessageTooLong(PgError):
    """A message that Postgres would take and this server does not."""

    sqlstate = "54000"


class OutOfMemory(PgError):
    """A statement that asks for more memory than there is."""

    sqlstate = "53200"


class DiskFull(PgError):
    """A session whose temporary tables would take more than it may have."""

    sqlstate = "53100"


class InFailedTransaction(PgError):
    """A statement after an error, before the end of the transaction block."""

    sqlstate = "25P02"


class ReadOnlyTransaction(PgError):
    """A statement that would write."""

    sqlstate = "25006"


class UndefinedPrepared(PgError):
    """No such prepared statement."""

    sqlstate = "26000"


class DuplicatePrepared(PgError):
    """A prepared statement of that name exists."""

    sqlstate = "42P05"


class UndefinedCursor(PgError):
    """No such portal."""

    sqlstate = "34000"


class DuplicateCursor(PgError):
    """A portal of that name exists."""

    sqlstate = "42P03"


class InvalidCursorDefinition(PgError):
    """Options of a cursor that exclude each other."""

    sqlstate = "42P11"


class ActiveCursor(PgError):
    """A portal that runs what would close it."""

    sqlstate = "24000"


class UndefinedSavepoint(PgError):
    """No such savepoint."""

    sqlstate = "3B001"


class NoActiveTransaction(PgError):
    """A statement that needs a transaction block."""

    sqlstate = "25P01"


class UndefinedSetting(PgError):
    """No such configuration parameter."""

    sqlstate = "42704"


class UndefinedType(PgError):
    """No such type."""

    sqlstate = "42704"


class InvalidSetting(PgError):
    """A value the parameter does not take."""

    sqlstate = "22023"


class InvalidSettingName(PgError):
    """No name a parameter could have."""

    sqlstate = "42602"


class CannotSet(PgError):
    """A parameter that cannot be changed."""

    sqlstate = "55P02"


class ActiveTransaction(PgError):
    """A command that a transaction block cannot hold."""

    sqlstate = "25001"


class MessageMismatch(PgError):
    """A message that does not fit its statement; the session goes on."""

    sqlstate = "08P01"


class SyntaxProblem(PgError):
    """A query string or a number of parameters that the command does not take."""

    sqlstate = "42601"


class UndefinedParameter(PgError):
    """$n where no parameter can be."""

    sqlstate = "42P02"


class UndefinedPreparedTransaction(PgError):
    """No such prepared transaction."""

    sqlstate = "42704"


class NotInPrerequisiteState(PgError):
    """A cursor asked for what it cannot do."""

    sqlstate = "55000"


class StalePlan(PgError):
    """A prepared statement whose result type is another by now."""

    sqlstate = "0A000"


class NotSupported(PgError):
    """Postgres can, the double cannot."""

    sqlstate = "0A000"


class InternalError(PgError):
    """Our bug; the log has the traceback under the reference number."""

    sqlstate = "XX000"


def told(error: BaseException) -> PgError:
    """Any exception as what a client may read. An unknown one becomes XX000 with a reference; the log has the rest."""
    if isinstance(error, PgError):
        return error
    if isinstance(error, RecursionError):
        return StackDepthExceeded()
    if isinstance(error, MemoryError):
        return OutOfMemory("out of memory", hint="Make the statement smaller, or ask for fewer rows at a time.")
    reference = secrets.token_hex(4)
    log.error("internal error %s", reference, exc_info=error)
    return InternalError(
        f"internal error, reference {reference}",
        hint="Report the reference to whoever runs this server; its log has more.",
    )
