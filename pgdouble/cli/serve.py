"""`pgdouble serve`: the published release over the Postgres wire protocol, until SIGTERM or Ctrl-C.

Checks that the ledger is not behind what is published, then composes backend and listener. Is given no DSN, and imports nothing
that could read a source: `load` is all it imports, and a test looks at what that pulls in.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from policies.errors import LedgerBroken, PgError

if TYPE_CHECKING:
    from pgdouble.config import Config
    from policies.exposure import Published

log = logging.getLogger("pgdouble.serve")


class NothingToServe(PgError):
    """No release was published."""

    sqlstate = "55000"


@dataclass(frozen=True, slots=True)
class Parts:
    """The modules that a server is made of."""

    app: ModuleType
    server: ModuleType
    engine: ModuleType


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Instead of the setting.")
@click.pass_obj
def serve(config_file: Path | None, listen: str | None) -> None:
    """Serve the published release over the Postgres wire protocol."""
    from pgdouble.config import load_config
    from proxy.server.server import runner

    config = load_config(config_file)
    if listen is not None:
        config = config.listening(listen)
    logging.basicConfig(
        level=config.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    published = _published(config)
    with contextlib.suppress(KeyboardInterrupt):
        runner().run(_serve(config, load(), published))


def load() -> Parts:
    """Everything that a running server imports."""
    import proxy.app
    import proxy.engine.settings
    import proxy.server.server

    return Parts(proxy.app, proxy.server.server, proxy.engine.settings)


async def _serve(config: Config, parts: Parts, published: Sequence[Published]) -> None:
    """Listen until a signal; clients are told before their connections close."""
    from policies.load import load_policy
    from policies.stores.audit_file import AuditFile
    from policies.stores.usage import SqliteUsage

    settings = config.settings
    usage = SqliteUsage(config.state)
    limits = parts.engine.EngineLimits(
        memory=settings.memory,
        temp=settings.temp_space,
        threads=settings.engine_threads,
        temporary_bytes=settings.session_temp_space_mb << 20,
    )
    backend = parts.app.open_app(
        config.releases,
        load_policy(config.policy),
        users=config.users,
        governance=parts.app.Governance(
            usage,
            AuditFile(config.audit, each=settings.audit_durable == "each"),
            published,
            settings.statement_timeout_s or None,
        ),
        limits=limits,
    )
    host, port = config.address
    server = parts.server.Server(
        parts.server.ServerConfig(host, port, config.certificate, config.key, settings.max_connections), backend
    )
    try:
        await server.start()
        gc.collect()
        gc.freeze()  # the catalog stays: looking through it again and again would hold up every session
        log.info("listening on %s:%d", host, server.port)
        await _signal()
        log.info("stopping")
        left = await server.stop()
    finally:
        backend.close()
        usage.close()
    if not left:
        # A thread that the engine does not let go of would keep the process alive, and dies badly with the interpreter.
        logging.shutdown()
        os._exit(0)


async def _signal() -> None:
    """Until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _published(config: Config) -> list[Published]:
    """Every release that was ever published. Refuses where nothing is, or where the ledger lacks what a release was charged under."""
    from policies.stores.sqlite import SqliteLedger
    from synth.release.manifest import current_release
    from synth.release.publish import ledger_heads

    current = current_release(config.releases)
    if current is None:
        raise NothingToServe(
            f"no release is published in {config.releases}", hint="`pgdouble build` makes and publishes one."
        )
    heads = ledger_heads(config.releases)
    if not heads:
        return []
    if not config.ledger.exists():
        raise LedgerBroken(f"there is no ledger at {config.ledger}", hint="Restore it from its last backup.")
    ledger = SqliteLedger(config.ledger)
    try:
        ledger.verify_against(heads)
        published = ledger.published()
    finally:
        ledger.close()
    if current not in {one.release for one in published}:
        raise LedgerBroken(
            "the ledger does not know that the current release is served",
            hint="Publish it with `pgdouble release publish`.",
        )
    return published
