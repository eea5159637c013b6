"""A connection to the source that says which functions and operators a statement calls.

Facts: the parse tree that Postgres itself prints under debug_print_parse, so that nothing of ours decides what is covered.
"""

from __future__ import annotations

import re

from psycopg import pq

from tests.oracle.compare import Answer, ask

FUNCTIONS = re.compile(r":(?:funcid|aggfnoid|winfnoid|opfuncid) (\d+)")
OPERATORS = re.compile(r":opno (\d+)|:opnos \(o ([\d ]+)\)")
SETTINGS = (
    "set log_min_messages = panic; set client_min_messages = log; set debug_print_parse = on; set debug_pretty_print = off; "
    "set default_transaction_read_only = on; set statement_timeout = 2000"
)


class Traced:
    """See the module."""

    def __init__(self, dsn: str) -> None:
        self._connection = pq.PGconn.connect(dsn.encode())
        self._trees: list[str] = []
        assert self._connection.exec_(SETTINGS.encode()).status == pq.ExecStatus.COMMAND_OK
        self._connection.notice_handler = self._keep

    def _keep(self, notice: pq.abc.PGresult) -> None:
        detail = notice.error_field(pq.DiagnosticField.MESSAGE_DETAIL)
        if detail:
            self._trees.append(detail.decode(errors="replace"))

    def ask(self, statement: str) -> tuple[Answer, frozenset[int], frozenset[int]]:
        """The answer in text, the OIDs of the functions and those of the operators."""
        self._trees.clear()
        answer = ask(self._connection, statement)
        tree = " ".join(self._trees)
        operators = {int(oid) for one, several in OPERATORS.findall(tree) for oid in (one or several).split()}
        return answer, frozenset(map(int, FUNCTIONS.findall(tree))), frozenset(operators)

    def close(self) -> None:
        """Hang up."""
        self._connection.finish()
