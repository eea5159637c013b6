"""The one base of every error a person or a client may see.

Knows messages, SQLSTATEs and positions; refuses to know where they are shown. Facts: PostgreSQL's error fields
(protocol, "Error and Notice Message Fields") and appendix A of its documentation (SQLSTATE).
"""

from __future__ import annotations

from typing import ClassVar


class PgError(Exception):
    """An error with PostgreSQL's fields.

    message: what was wrong, lower case, no final period, names quoted. detail: which rule. hint: what to do, a sentence.
    position: 0-based character offset into the statement, or None. context: where it came up, a line each. No text may quote a private
    value or a row count.
    """

    sqlstate: ClassVar[str] = "XX000"
    severity: ClassVar[str] = "ERROR"

    def __init__(self, message: str, *, detail: str = "", hint: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
        self.context = ""


class PolicyDenied(PgError):
    """The policy grants no such access. rules, relation: the decision's, for the audit."""

    sqlstate = "42501"

    def __init__(
        self, message: str, *, detail: str = "", hint: str = "", rules: tuple[str, ...] = (), relation: str = ""
    ) -> None:
        super().__init__(message, detail=detail, hint=hint)
        self.rules, self.relation = rules, relation


class BudgetExhausted(PgError):
    """A privacy budget or a quota would be exceeded."""

    sqlstate = "53400"


class PolicyInvalid(PgError):
    """The policy file is wrong; the message starts with file:line:column."""

    sqlstate = "F0000"


class LedgerUnavailable(PgError):
    """The ledger or the usage book cannot be read or written now; nothing was charged, so nothing may be read."""

    sqlstate = "58030"


class AuditUnavailable(PgError):
    """An event cannot be written to the audit log; what nobody would know of does not happen."""

    sqlstate = "53100"


class LedgerBroken(PgError):
    """The ledger's chain does not hold, or it is behind a published release."""

    sqlstate = "XX001"
