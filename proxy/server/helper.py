"""A process beside the server for work that would hold up every thread of it: parsing and compiling very long statements.

One job at a time; a job that is interrupted costs the process, and the next one starts another. What it needs beyond a job's own
arguments (a planner with its catalog) it is sent once. Refuses to know what jobs do; they are functions and arguments that can be
pickled. Facts: Postgres' parser keeps Python's lock, 0.8 s for each megabyte of text.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, cast, runtime_checkable
from weakref import WeakKeyDictionary

from proxy.errors import OutOfMemory, QueryCanceled
from proxy.server.pipe import receive, send

MODULE = "proxy.server.helper_process"
OBJECTS_MAX = 50  # that a process is sent: it forgets none


@runtime_checkable
class Versioned(Protocol):
    """An object whose methods may be asked for: sent once a version."""

    def version(self) -> Hashable:
        """What its answers depend on beside arguments."""


@dataclass(eq=False)
class HelperJob:
    """A call for the helper: `run` blocks, `interrupt` comes from another thread."""

    helper: Helper
    function: Callable[..., object]
    arguments: tuple[object, ...]
    stopped: bool = False

    def run(self) -> object:
        """What the function gives. Raises what it raises, QueryCanceled after an interrupt."""
        return self.helper.run(self)

    def interrupt(self) -> None:
        """Stop it, whether it has begun or not."""
        self.stopped = True
        self.helper.stop(self)


class Helper:
    """See the module. memory_bytes: what the process may take beyond what it takes when idle."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory = memory_bytes
        self._turn = threading.Lock()  # held while a job runs
        self._state = threading.Lock()  # held for moments: which job that is, and in which process
        self._process: subprocess.Popen[bytes] | None = None
        self._running: HelperJob | None = None
        # An object's number, not its address, which another object may have after it.
        self._numbers: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._next_number = count()
        self._sent: dict[int, Hashable] = {}  # versions by the objects' numbers

    def job(self, function: Callable[..., object], arguments: tuple[object, ...]) -> HelperJob:
        """A call that is ready to run."""
        return HelperJob(self, function, arguments)

    def run(self, job: HelperJob) -> object:
        """One job, after those before it."""
        with self._turn:
            process = self._started()
            with self._state:
                if job.stopped:
                    raise QueryCanceled("canceling statement due to user request")
                self._running = job
            try:
                kind, value = self._asked(process, job)
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                self._drop(process)
                if job.stopped:
                    raise QueryCanceled("canceling statement due to user request") from error
                raise OutOfMemory("out of memory", hint="Make the statement smaller.") from error
            finally:
                with self._state:
                    self._running, killed = None, self._process is not process
                if killed:
                    self._drop(process)
        if kind == "error":
            raise cast("BaseException", value)
        return value

    def stop(self, job: HelperJob) -> None:
        """Kill the process where it runs this job; the next job has another, whether this one had its answer or not."""
        with self._state:
            if self._running is job and self._process is not None:
                process, self._process = self._process, None
                process.kill()

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def _asked(self, process: subprocess.Popen[bytes], job: HelperJob) -> tuple[str, object]:
        owner, function = getattr(job.function, "__self__", None), job.function
        if isinstance(owner, Versioned):
            number = self._numbers.setdefault(owner, next(self._next_number))
            if self._sent.get(number) != (version := owner.version()):
                send(process.stdin, ("object", number, owner))
                self._sent[number] = version
            request: tuple[Any, ...] = ("method", number, function.__name__, job.arguments)
        else:
            request = ("call", function, job.arguments)
        send(process.stdin, request)
        return cast("tuple[str, object]", receive(process.stdout))

    def _started(self) -> subprocess.Popen[bytes]:
        with self._state:
            process = self._process
        if process is not None and (process.poll() is not None or len(self._sent) > OBJECTS_MAX):
            self._drop(process)
            process = None
        if process is None:
            self._sent.clear()
            process = subprocess.Popen(
                [sys.executable, "-m", MODULE, str(self._memory)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )  # fmt: skip
            with self._state:
                self._process = process
        return process

    def _drop(self, process: subprocess.Popen[bytes]) -> None:
        with self._state:
            if self._process is process:
                self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
