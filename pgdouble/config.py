"""The deployment's settings: pgdouble.yaml, PGDOUBLE_... variables and their defaults, one table for all three.

Holds paths, addresses and limits. Refuses to hold a secret (the source's DSN is named by its environment variable) or
anything that a security team would review (that is policy.yaml). A variable beats the file, the file beats the
default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from policies.errors import PgError, PolicyInvalid
from policies.yaml_source import Located, explain, parse_yaml

FILE = "pgdouble.yaml"
PREFIX = "PGDOUBLE_"


class ConfigInvalid(PgError):
    """pgdouble.yaml or a PGDOUBLE_ variable is wrong; the message starts with the place."""

    sqlstate: ClassVar[str] = "22023"


class Settings(BaseModel):
    """Every key of pgdouble.yaml. Paths are relative to the file's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: Path = Field(Path("policy.yaml"), description="the policy file")
    state: Path = Field(Path("state"), description="folder of releases, ledger, users and audit log")
    source_dsn_env: str = Field(
        "PGDOUBLE_SOURCE_DSN",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="NAME of the variable with the source's DSN",
    )
    allow_writer: bool = Field(False, description="build through a role that may write to the source; not recommended")
    listen: str = Field("127.0.0.1:6432", description="address and port of `serve`")
    tls_certificate: Path | None = Field(None, description="PEM file with the server's certificate chain")
    tls_key: Path | None = Field(None, description="PEM file with the certificate's private key")
    max_connections: int = Field(100, ge=1, le=10_000, description="sessions at a time; more are refused with 53300")
    statement_timeout_s: int = Field(
        300, ge=0, description="seconds a statement may run; 0 = no limit; a role's quota can be lower"
    )
    memory: str = Field(
        "2GB",
        pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$",
        description="memory of the query engine; answers that are kept take up to 400 MB beside it",
    )
    temp_space: str = Field(
        "10GB", pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$", description="disk for queries that outgrow the memory"
    )
    session_temp_space_mb: int = Field(
        1024,
        ge=1,
        le=1 << 20,
        description="MB that the temporary tables of one session may take; more is refused with 53100",
    )
    threads: int = Field(0, ge=0, le=1024, description="threads of the query engine; 0 = one for each core")
    audit_durable: Literal["second", "each"] = Field(
        "second", description="when audit lines reach the disk: within a second, or each before its answer"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what `serve` logs to stderr")

    @property
    def engine_threads(self) -> int:
        """Threads of the query engine, 0 resolved."""
        return self.threads or os.cpu_count() or 1

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if not (host and colon and port.isdigit() and int(port) < 65_536):
            raise ValueError("expected HOST:PORT, such as 127.0.0.1:6432")
        return value


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with the folder that their paths are relative to."""

    settings: Settings
    folder: Path

    def path(self, value: Path) -> Path:
        """A configured path, made absolute."""
        return (self.folder / value.expanduser()).resolve()

    @property
    def policy(self) -> Path:
        """policy.yaml."""
        return self.path(self.settings.policy)

    @property
    def state(self) -> Path:
        """Everything that pgdouble writes."""
        return self.path(self.settings.state)

    @property
    def releases(self) -> Path:
        """The folder of releases, with CURRENT in it."""
        return self.state / "releases"

    @property
    def ledger(self) -> Path:
        """The ledger's SQLite file."""
        return self.state / "ledger.sqlite"

    @property
    def users(self) -> Path:
        """Names and SCRAM verifiers."""
        return self.state / "users"

    @property
    def audit(self) -> Path:
        """One JSON line an event."""
        return self.state / "audit.jsonl"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `serve`; brackets of an IPv6 address are dropped."""
        host, _, port = self.settings.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def certificate(self) -> Path | None:
        """The server's certificate chain."""
        return self.path(self.settings.tls_certificate) if self.settings.tls_certificate else None

    @property
    def key(self) -> Path | None:
        """Its private key."""
        return self.path(self.settings.tls_key) if self.settings.tls_key else None

    def listening(self, address: str) -> Config:
        """The same with another address. Raises ConfigInvalid."""
        try:
            settings = Settings.model_validate({**self.settings.model_dump(), "listen": address})
        except ValidationError as error:
            raise ConfigInvalid(f"--listen: {_sentence(error.errors(include_url=False)[0]['msg'])}") from None
        return Config(settings, self.folder)

    def source_dsn(self, environment: Mapping[str, str] = os.environ) -> str:
        """The source's DSN. Raises ConfigInvalid where its variable is not set."""
        name = self.settings.source_dsn_env
        if not environment.get(name):
            raise ConfigInvalid(
                f"the environment variable {name} is not set",
                hint=f"Set {name}=postgresql://reader:secret@host:5432/database in the shell that runs this command.",
            )
        return environment[name]


def load_config(file: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Settings from the file given, else from ./pgdouble.yaml where it exists. Raises ConfigInvalid."""
    if file is None:
        named = environment.get(PREFIX + "CONFIG")
        file = Path(named) if named else Path(FILE)
        if not named and not file.exists():
            return Config(_validated(Located("", {}), environment), Path.cwd())
    return Config(_validated(_document(file), environment), file.resolve().parent)


def variable(key: str) -> str:
    """The environment variable of a key."""
    return PREFIX + key.upper()


def settings_help() -> str:
    """One line for each setting: key, default, variable, meaning."""
    lines = []
    for key, field in Settings.model_fields.items():
        default = "none" if field.default is None else field.default
        lines.append(f"{key} = {default}\n    {variable(key)}: {field.description}")
    return "\n".join(lines)


def _document(file: Path) -> Located:
    try:
        located = parse_yaml(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        raise ConfigInvalid(f"{file}: no such file", hint="Name another file with --config.") from None
    except UnicodeDecodeError:
        raise ConfigInvalid(f"{file}: the file is not UTF-8 text") from None
    except PolicyInvalid as error:
        raise ConfigInvalid(error.message, hint=error.hint) from None
    if located.value is None:
        located.value = {}
    if not isinstance(located.value, dict):
        raise ConfigInvalid(f"{file}:1:1: expected a mapping of settings", hint="Write one `key: value` a line.")
    return located


def _validated(located: Located, environment: Mapping[str, str]) -> Settings:
    """The file's values with the variables' on top, each checked where it came from."""
    given = {key: environment[variable(key)] for key in Settings.model_fields if variable(key) in environment}
    try:
        return Settings.model_validate({**located.value, **given})
    except ValidationError as error:
        for finding in error.errors(include_url=False):
            if finding["loc"][0] in given:
                raise ConfigInvalid(f"{variable(str(finding['loc'][0]))}: {_sentence(finding['msg'])}") from None
        explained = explain(error, located, Settings.model_fields)
        raise ConfigInvalid(explained.message, hint=explained.hint) from None


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
