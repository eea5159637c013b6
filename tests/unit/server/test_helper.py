"""The helper process: answers, errors, interrupts before and during a job, and a process that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

from policies.errors import PgError
from proxy.errors import QueryCanceled
from proxy.server.helper import OBJECTS_MAX, Helper, HelperJob
from proxy.sql.parse import SyntaxProblem
from proxy.sql.statements import split

MEMORY = 1 << 30


class Counter:
    """An object with a method; number: its version."""

    def __init__(self, number: int) -> None:
        self.number, self.asked = number, 0

    def version(self) -> int:
        return self.number

    def ask(self, more: int) -> tuple[int, int]:
        """What it is, and how often this copy was asked."""
        self.asked += 1
        return self.number + more, self.asked


@pytest.fixture
def helper() -> Iterator[Helper]:
    made = Helper(MEMORY)
    yield made
    made.close()


def test_functions_and_their_errors(helper: Helper) -> None:
    assert helper.job(sum, ([1, 2, 3],)).run() == 6
    with pytest.raises(SyntaxProblem) as raised:
        helper.job(split, ("SELECT FROM FROM",)).run()
    assert (raised.value.sqlstate, raised.value.position) == ("42601", 12)
    assert helper.job(os.getpid, ()).run() == helper.job(os.getpid, ()).run() != os.getpid()


def test_methods_of_objects_that_are_sent_once_a_version(helper: Helper) -> None:
    one = Counter(10)
    assert helper.job(one.ask, (1,)).run() == (11, 1)
    assert helper.job(one.ask, (2,)).run() == (12, 2)
    one.number = 20
    assert helper.job(one.ask, (1,)).run() == (21, 1)


@pytest.mark.parametrize(
    ("function", "arguments", "code"),
    [(bytearray, (8 << 30,), "53200"), (eval, ("(lambda f: f(f))(lambda f: f(f))",), "54001"), (int, ("x",), "XX000"),
     (os.abort, (), "53200")],
    ids=["memory", "depth", "bug", "death"],
)  # fmt: skip
def test_what_fails_fails_alone(helper: Helper, function: object, arguments: tuple[object, ...], code: str) -> None:
    assert callable(function)
    with pytest.raises(PgError) as raised:
        helper.job(function, arguments).run()
    assert raised.value.sqlstate == code
    assert helper.job(sum, ([1],)).run() == 1


def test_interrupts(helper: Helper) -> None:
    """The job that runs is stopped, the one that waits never begins, the one behind both is done."""
    outcomes: dict[str, object] = {}
    jobs = {
        "runs": helper.job(time.sleep, (1000,)),
        "waits": helper.job(sum, ([1],)),
        "behind": helper.job(sum, ([2],)),
    }

    def run(name: str) -> None:
        try:
            outcomes[name] = jobs[name].run()
        except PgError as error:
            outcomes[name] = type(error)

    threads = {name: threading.Thread(target=run, args=(name,)) for name in jobs}
    for name in jobs:
        threads[name].start()
        time.sleep(0.5)
    jobs["waits"].interrupt()
    assert "runs" not in outcomes
    jobs["runs"].interrupt()
    for thread in threads.values():
        thread.join(30)
    assert outcomes == {"runs": QueryCanceled, "waits": QueryCanceled, "behind": 2}


def test_a_process_that_was_killed_is_replaced(helper: Helper) -> None:
    before = helper.job(os.getpid, ()).run()
    assert isinstance(before, int)
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while helper.is_running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert helper.job(os.getpid, ()).run() != before


@pytest.mark.parametrize("number", range(5))
def test_an_interrupt_that_comes_after_the_answer_costs_nobody_else(
    helper: Helper, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The process is killed all the same; the next job must not meet it dying."""
    late, asked = helper.job(sum, ([number],)), helper._asked

    def interrupted(process: subprocess.Popen[bytes], job: HelperJob) -> tuple[str, object]:
        answer = asked(process, job)
        late.interrupt()
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(helper, "_asked", interrupted)
        assert late.run() == number
    assert helper.job(sum, ([1],)).run() == 1


def test_what_was_sent_is_forgotten_with_the_process(helper: Helper) -> None:
    first = helper.job(os.getpid, ()).run()
    kept = [Counter(number) for number in range(OBJECTS_MAX + 1)]
    assert [helper.job(one.ask, (0,)).run() for one in kept] == [(number, 1) for number in range(OBJECTS_MAX + 1)]
    assert helper.job(os.getpid, ()).run() != first
    assert helper.job(kept[0].ask, (0,)).run() == (0, 1)
