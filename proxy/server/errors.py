"""Errors of a server that cannot start. Refuses to know why it should; the command line shows them."""

from __future__ import annotations

from policies.errors import PgError


class CannotListen(PgError):
    """The address is taken or not ours, or the certificate cannot be used."""

    sqlstate = "58000"
