"""Commands by kind: which module prepares and runs each, what may run in a failed block, and the refusal of all that writes.

A command gives steps; one without rows runs once. Refuses to know messages' order. Facts: PostgreSQL's command reference;
src/backend/tcop/utility.c for command tags and for what a read-only transaction refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from proxy.errors import NotSupported, ReadOnlyTransaction
from proxy.session import blocks, configuring, copying, cursors, explaining, preparing, setting, temporary_commands
from proxy.session.answers import complete, notice
from proxy.session.outcome import Outcome, Plan, Warned
from proxy.session.planning import Planning
from proxy.session.portals import Portal
from proxy.session.running import Steps, note_refusal, require_runnable, run_rows
from proxy.session.steps import Send, at_once
from proxy.sql.analyse import is_temporary
from proxy.sql.lexer import tokens
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

READ_ONLY_HINT = "The double cannot be written to; its rows are synthetic and made by `pgdouble build`."
# Simple commands: what they do is one Outcome.
OUTCOMES: dict[str, Callable[[Session, Statement], Outcome]] = {
    "TransactionStmt": blocks.transaction, "VariableSetStmt": setting.set_variable, "VariableShowStmt": setting.show,
    "DiscardStmt": setting.discard, "DeallocateStmt": preparing.deallocate, "ClosePortalStmt": cursors.close,
    "ListenStmt": blocks.listen,
    "UnlistenStmt": blocks.unlisten, "NotifyStmt": blocks.notify, "LockStmt": blocks.lock_table,
    "ConstraintsSetStmt": blocks.set_constraints, "CheckPointStmt": blocks.checkpoint,
}  # fmt: skip
# What is said of a command's place before it does anything, whatever comes of it, or raised. The last argument: EXECUTE runs it.
MISPLACED: dict[str, Callable[[Session, Statement, bool], Warned | None]] = {
    "TransactionStmt": blocks.misplaced, "VariableSetStmt": setting.misplaced, "ConstraintsSetStmt": blocks.misplaced_constraints,
    "LockStmt": blocks.misplaced_lock,
}  # fmt: skip
# Commands that send more than that.
RUNNERS: dict[str, Callable[[Session, Portal, int, bool], Steps]] = {
    "ExecuteStmt": preparing.execute, "FetchStmt": cursors.fetch, "CopyStmt": copying.copy, "ExplainStmt": explaining.explain,
    "DeclareCursorStmt": cursors.declare, "SelectStmt": configuring.run, "PrepareStmt": preparing.prepare_statement,
}  # fmt: skip
# What Describe says of commands that give rows or take parameters.
PLANS: dict[str, Callable[[Session, Statement, tuple[int, ...]], Plan]] = {
    "VariableShowStmt": setting.plan_show, "ExecuteStmt": preparing.plan_execute, "FetchStmt": cursors.plan_fetch,
}  # fmt: skip
# The same of commands whose query has to be compiled first.
PLANNINGS: dict[str, Callable[[Session, Statement, tuple[int, ...]], Planning]] = {
    "DeclareCursorStmt": cursors.plan_declare, "ExplainStmt": explaining.plan, "SelectStmt": configuring.plan,
}  # fmt: skip
# PlannedStmtRequiresSnapshot: all others look at the database, so that a transaction's isolation level is settled.
SNAPSHOTLESS = frozenset(
    "TransactionStmt LockStmt VariableSetStmt VariableShowStmt ConstraintsSetStmt CheckPointStmt FetchStmt ListenStmt NotifyStmt"
    " UnlistenStmt".split()
)
UNSUPPORTED = {"DoStmt": "DO", "CallStmt": "CALL", "LoadStmt": "LOAD"}
_FAILED_ALLOWS = ("TRANS_STMT_COMMIT", "TRANS_STMT_PREPARE", "TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO")


def is_query(statement: Statement) -> bool:
    """Whether the engine runs the statement; set_config changes the session and is run here."""
    if statement.kind != "SelectStmt" or configuring.is_configuring(statement):
        return False
    return (made := temporary_commands.made_by(statement)) is None or not is_temporary(made)


def allowed_when_failed(statement: Statement) -> bool:
    """COMMIT, PREPARE TRANSACTION, ROLLBACK and ROLLBACK TO are all that a failed block takes."""
    return statement.kind == "TransactionStmt" and statement.fields["kind"] in _FAILED_ALLOWS


def plan_command(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """What is known of a command before it runs."""
    if temporary_commands.concerns(session, statement):
        return (yield from temporary_commands.plan(session, statement, declared))
    if statement.kind in PLANNINGS:
        return (yield from PLANNINGS[statement.kind](session, statement, declared))
    plan = PLANS.get(statement.kind)
    return plan(session, statement, declared) if plan is not None else Plan()


def run_command(session: Session, portal: Portal, limit: int, *, describe: bool) -> Steps:
    """Run a command. Raises PgError."""
    statement = portal.prepared.statement
    assert statement is not None
    session.transaction.has_snapshot |= statement.kind not in SNAPSHOTLESS
    if (portal.compiled is not None and portal.compiled.write is not None) or temporary_commands.concerns(
        session, statement
    ):
        yield from temporary_commands.run(session, portal, limit, describe)
        return
    if statement.kind in RUNNERS:
        yield from RUNNERS[statement.kind](session, portal, limit, describe)
        return
    if portal.started and portal.columns is not None:
        yield from run_rows(session, portal, limit, describe=describe)
        return
    require_runnable(portal)
    if statement.kind == "TransactionStmt":
        session.settle()  # Postgres ends the session here, with an internal error: it ends a block at the end of a message only
    if statement.kind in MISPLACED:
        yield from _warned(session, MISPLACED[statement.kind](session, statement, portal.nested > 0))
    outcome = _outcome(session, statement, nested=portal.nested > 0)
    portal.started = True
    yield from _warned(session, outcome.warning)
    if portal.columns is None:
        portal.done = True
        yield Send(complete(outcome.tag))
        return
    portal.tag = outcome.tag
    portal.hold_rows([[None if value is None else value.encode() for value in row] for row in outcome.rows])
    yield from run_rows(session, portal, limit, describe=describe)


def _warned(session: Session, warning: Warned | None) -> Steps:
    if warning is not None and setting.wants_warnings(session):
        yield from at_once(notice(*warning))


def _outcome(session: Session, statement: Statement, *, nested: bool) -> Outcome:
    if nested and statement.kind == "TransactionStmt":
        return blocks.put_off(session, statement)
    if statement.kind in OUTCOMES:
        return OUTCOMES[statement.kind](session, statement)
    error: NotSupported | ReadOnlyTransaction
    if statement.kind in UNSUPPORTED:
        error = NotSupported(f"{UNSUPPORTED[statement.kind]} is not supported by the double")
    else:
        error = ReadOnlyTransaction(
            f"cannot execute {command_name(statement)} in a read-only transaction", hint=READ_ONLY_HINT
        )
    note_refusal(session, statement, error)
    raise error


def command_name(statement: Statement) -> str:
    """The words Postgres' messages use: CREATE TABLE, INSERT, ..."""
    words = [token.word.upper() for token in islice(tokens(statement.text), 24) if token.word][:12]
    first = _VERBS.get(statement.kind) or (words[0] if words else statement.kind)
    if first in ("CREATE", "DROP", "ALTER"):
        kinds = [word for word in words[1:] if word not in _MODIFIERS]
        pairs = [f"{one} {two}" for one, two in zip(kinds, kinds[1:])][:1]
        return f"{first} {pairs[0] if pairs and pairs[0] in _TWO_WORDS else kinds[0] if kinds else ''}".rstrip()
    return (
        "REFRESH MATERIALIZED VIEW" if first == "REFRESH" else "IMPORT FOREIGN SCHEMA" if first == "IMPORT" else first
    )


_VERBS = {
    "InsertStmt": "INSERT", "UpdateStmt": "UPDATE", "DeleteStmt": "DELETE", "MergeStmt": "MERGE", "TruncateStmt": "TRUNCATE TABLE",
}  # fmt: skip
_MODIFIERS = frozenset(
    "OR REPLACE TEMP TEMPORARY UNLOGGED UNIQUE IF NOT EXISTS LOCAL GLOBAL RECURSIVE TRUSTED PROCEDURAL CONSTRAINT".split()
)
_TWO_WORDS = frozenset(
    ("MATERIALIZED VIEW", "FOREIGN TABLE", "EVENT TRIGGER", "USER MAPPING", "ACCESS METHOD", "OPERATOR CLASS", "OPERATOR FAMILY",
     "TEXT SEARCH", "DEFAULT PRIVILEGES", "LARGE OBJECT")
)  # fmt: skip
