"""The users file: `role:verifier` a line, SCRAM verifiers as Postgres stores them, mode 0600, written atomically.

Refuses to hold passwords. Facts: pg_authid.rolpassword's format.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from policies.errors import PgError
from proxy.wire.scram import Verifier, make_verifier, parse_verifier


class UsersFileError(PgError):
    """The users file cannot be used."""

    sqlstate = "F0000"


def load_users(path: Path) -> dict[str, Verifier]:
    """role -> verifier; no file, no users. Raises UsersFileError naming file:line."""
    if not path.exists():
        return {}
    users: dict[str, Verifier] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        role, separator, verifier = line.rpartition(":SCRAM-SHA-256$")
        try:
            if not separator:
                raise ValueError("no verifier")
            users[role] = parse_verifier("SCRAM-SHA-256$" + verifier)
        except ValueError as error:
            raise UsersFileError(
                f"{path}:{number}: not a line of the form role:SCRAM-SHA-256$...",
                hint="`pgdouble user add` writes such lines.",
            ) from error
    return users


def add_user(path: Path, role: str, password: str) -> None:
    """Set a role's password. The file is replaced in one step."""
    if ":" in role or "\n" in role or not role:
        raise UsersFileError(f'"{role}" cannot be a role name here', hint="Use a name without colons.")
    users = load_users(path)
    users[role] = make_verifier(password)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".users-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{name}:{verifier.text()}\n" for name, verifier in sorted(users.items()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsersFileError(
            f"cannot write {path}: {error.strerror}", hint="Check the folder's rights and free space."
        ) from error
