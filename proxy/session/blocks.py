"""BEGIN, COMMIT, ROLLBACK and savepoints, and commands that touch nothing on the double: LISTEN, NOTIFY, LOCK TABLE, CHECKPOINT.

Refuses to know messages. Facts: src/backend/access/transam/xact.c for tags, warnings and what COMMIT of a failed block answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from policies.errors import PolicyDenied
from proxy.errors import ActiveTransaction, NoActiveTransaction, NotInPrerequisiteState, UndefinedPreparedTransaction
from proxy.session.outcome import Outcome, Warned
from proxy.session.settings import FOLLOWS
from proxy.session.transaction import BLOCK, FAILED, IDLE
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session


NO_TRANSACTION = ("25P01", "there is no transaction in progress")


def transaction(session: Session, statement: Statement) -> Outcome:
    """Whatever TransactionStmt says."""
    return _TRANSACTIONS[statement.fields["kind"]](session, statement.fields)


def put_off(session: Session, statement: Statement) -> Outcome:
    """COMMIT or ROLLBACK that EXECUTE runs: the block ends when its message does, and what follows there still runs in it."""
    if session.transaction.status == IDLE or statement.fields["kind"] not in _ENDS:
        return transaction(session, statement)
    session.ending = partial(transaction, session, statement)
    return Outcome(_name(statement.fields["kind"]))


def _begin(session: Session, fields: Any) -> Outcome:
    tag = "START TRANSACTION" if fields["kind"] == "TRANS_STMT_START" else "BEGIN"
    set_modes(session, fields.get("options", ()), local=True)  # where that fails, no block is left open
    session.transaction.begin()
    return Outcome(tag)


def misplaced(session: Session, statement: Statement, nested: bool) -> Warned | None:
    """BEGIN in a block is warned of; its modes are set all the same. PREPARE TRANSACTION outside of one is, and may end an implicit one."""
    kind, is_idle = statement.fields["kind"], session.transaction.status == IDLE
    if nested and kind in _PREPARED_ENDS and not session.transaction.in_block:
        raise ActiveTransaction(f"{_name(kind)} cannot be executed from a function")
    if kind in ("TRANS_STMT_BEGIN", "TRANS_STMT_START") and not is_idle:
        return "25001", "there is already a transaction in progress"
    return NO_TRANSACTION if kind == "TRANS_STMT_PREPARE" and is_idle else None


def set_modes(session: Session, options: Sequence[Any], *, local: bool) -> None:
    """ISOLATION LEVEL, READ ONLY, DEFERRABLE: of the transaction, or (not local) of the session's next ones."""
    for option in options:
        name, value = option["DefElem"]["defname"], option["DefElem"]["arg"]["A_Const"]
        text = str(value["sval"]["sval"]) if "sval" in value else "on" if value.get("ival", {}).get("ival") else "off"
        if local and name == "transaction_isolation" and text != session.settings.value(name):
            _require_fresh(session)
        session.settings.set(name if local else f"default_{name}", text, local=local)


def _require_fresh(session: Session) -> None:
    """Raises ActiveTransaction where the isolation level cannot be changed any more."""
    words = "SET TRANSACTION ISOLATION LEVEL must "
    if session.transaction.has_snapshot:
        raise ActiveTransaction(f"{words}be called before any query")
    if session.transaction.savepoints:
        raise ActiveTransaction(f"{words}not be called in a subtransaction")


def _end(session: Session, fields: Any, tag: str, *, commit: bool) -> Outcome:
    chained = bool(fields.get("chain"))
    modes = {name: session.settings.value(name) for name in FOLLOWS} if chained else {}
    if chained and session.transaction.status == IDLE:
        raise NoActiveTransaction(f"{tag} AND CHAIN can only be used in transaction blocks")
    if not session.finish(commit=commit):
        return Outcome(tag, warning=NO_TRANSACTION)
    if chained:
        session.enter()
        session.transaction.begin()
        for name, value in modes.items():
            session.settings.set(name, value, local=True)
    return Outcome(tag)


def _commit(session: Session, fields: Any) -> Outcome:
    failed = session.transaction.status == FAILED
    return _end(session, fields, "ROLLBACK" if failed else "COMMIT", commit=not failed)


def _rollback(session: Session, fields: Any) -> Outcome:
    return _end(session, fields, "ROLLBACK", commit=False)


def _savepoint(session: Session, fields: Any) -> Outcome:
    session.transaction.savepoint(str(fields["savepoint_name"]))
    session.settings.save()
    session.temporary.save()
    return Outcome("SAVEPOINT")


def _release(session: Session, fields: Any) -> Outcome:
    index = session.transaction.release(str(fields["savepoint_name"]))
    session.settings.release(index + 1)
    session.temporary.release(index + 1)
    for portal in session.portals.values():
        portal.depth = min(portal.depth, index)
    return Outcome("RELEASE")


def _rollback_to(session: Session, fields: Any) -> Outcome:
    index = session.transaction.rollback_to(str(fields["savepoint_name"]))
    session.settings.rollback_to(index + 1)
    session.close_portals(lambda portal: portal.depth > index)
    session.temporary.rollback_to(index + 1)
    return Outcome("ROLLBACK")


def _prepare(session: Session, fields: Any) -> Outcome:
    """Nothing is prepared where `max_prepared_transactions` is 0; the block is over."""
    is_open = session.transaction.shown == BLOCK
    session.finish(commit=False)
    if is_open:
        raise NotInPrerequisiteState(
            "prepared transactions are disabled", hint='Set "max_prepared_transactions" to a nonzero value.'
        )
    return Outcome("ROLLBACK")


def _end_prepared(session: Session, fields: Any) -> Outcome:
    if session.transaction.in_block:
        raise ActiveTransaction(f"{_name(fields['kind'])} cannot run inside a transaction block")
    raise UndefinedPreparedTransaction(f'prepared transaction with identifier "{fields.get("gid", "")}" does not exist')


_ENDS = ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK")
_PREPARED_ENDS = ("TRANS_STMT_COMMIT_PREPARED", "TRANS_STMT_ROLLBACK_PREPARED")


def _name(kind: str) -> str:
    return kind.removeprefix("TRANS_STMT_").replace("_", " ")


_TRANSACTIONS: dict[str, Callable[[Session, Any], Outcome]] = {
    "TRANS_STMT_BEGIN": _begin, "TRANS_STMT_START": _begin, "TRANS_STMT_COMMIT": _commit,
    "TRANS_STMT_ROLLBACK": _rollback, "TRANS_STMT_SAVEPOINT": _savepoint, "TRANS_STMT_RELEASE": _release,
    "TRANS_STMT_ROLLBACK_TO": _rollback_to, "TRANS_STMT_PREPARE": _prepare,
    "TRANS_STMT_COMMIT_PREPARED": _end_prepared, "TRANS_STMT_ROLLBACK_PREPARED": _end_prepared,
}  # fmt: skip


def listen(session: Session, statement: Statement) -> Outcome:
    """Accepted: nobody can notify, for a NOTIFY here reaches nobody."""
    return Outcome("LISTEN")


def unlisten(session: Session, statement: Statement) -> Outcome:
    """Accepted."""
    return Outcome("UNLISTEN")


def notify(session: Session, statement: Statement) -> Outcome:
    """Accepted; clients are not told of each other."""
    return Outcome("NOTIFY")


def lock_table(session: Session, statement: Statement) -> Outcome:
    """Accepted: there is nobody to lock out."""
    return Outcome("LOCK TABLE")


def misplaced_lock(session: Session, statement: Statement, nested: bool) -> None:
    """LOCK TABLE outside of a block is refused."""
    if not nested and not session.transaction.in_block:
        raise NoActiveTransaction("LOCK TABLE can only be used in transaction blocks")


def set_constraints(session: Session, statement: Statement) -> Outcome:
    """Accepted: constraints hold already."""
    return Outcome("SET CONSTRAINTS")


def misplaced_constraints(session: Session, statement: Statement, nested: bool) -> Warned | None:
    """SET CONSTRAINTS outside of a block."""
    if nested or session.transaction.in_block:
        return None
    return "25P01", "SET CONSTRAINTS can only be used in transaction blocks"


def checkpoint(session: Session, statement: Statement) -> Outcome:
    """Not for ordinary roles."""
    raise PolicyDenied(
        "permission denied to execute CHECKPOINT command",
        detail='Only roles with privileges of the "pg_checkpoint" role may execute this command.',
    )
