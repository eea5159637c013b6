"""The helper's own process: reads calls, works them out, writes what they give, until the server is gone.

    python -m proxy.server.helper_process BYTES      (the server starts it)

A call that takes more memory than it may, or nests deeper than there is stack, fails alone. Refuses to know what calls do.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import threading
from pathlib import Path
from typing import IO, Any

from policies.errors import PgError
from proxy.errors import told
from proxy.server.pipe import receive, send
from proxy.server.worker import RECURSION_MAX

STACK_BYTES = 512 << 20


def main() -> None:
    """Serve the calls of standard input."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _come_last()
    sys.setrecursionlimit(RECURSION_MAX)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=_serve, args=(calls, answers, int(sys.argv[1])))
    thread.start()
    thread.join()


def _serve(calls: IO[bytes], answers: IO[bytes], memory: int) -> None:
    objects: dict[Any, Any] = {}
    gc.disable()  # a tree of a million nodes has no cycles, and looking for some takes longer than making it
    while True:
        try:
            request: Any = receive(calls)
        except EOFError:
            return
        if request[0] == "object":
            objects[request[1]] = request[2]
            gc.freeze()
            continue
        _limit_memory(memory)
        answer = _answer(objects, request)
        try:
            send(answers, answer)
        except BrokenPipeError:
            return
        del request, answer
        gc.collect()


def _answer(objects: dict[Any, Any], request: Any) -> tuple[str, object]:
    try:
        if request[0] == "method":
            _, key, name, arguments = request
            return "value", getattr(objects[key], name)(*arguments)
        _, function, arguments = request
        return "value", function(*arguments)
    except Exception as error:  # noqa: BLE001  what the server would answer to it
        return "error", _plain(told(error))


def _plain(error: PgError) -> PgError:
    """Without what led to it: frames hold trees, and neither can be sent."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
    return error


def _come_last() -> None:
    """Behind the server for the processor, before it where the system has to end somebody for want of memory."""
    os.nice(10)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit_memory(extra: int) -> None:
    """Let the process grow by so much from now on, where the system can hold it to that."""
    try:
        import resource
    except ImportError:
        return
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + extra
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


if __name__ == "__main__":
    main()
