"""The lanes: a job goes by how much it reads, and neither lane waits for the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from policies.errors import PgError
from proxy.server.lanes import LIGHT_MAX, Lanes


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes(1 << 30)
    yield made
    made.close()


@pytest.mark.parametrize(("size", "is_light"), [(0, True), (LIGHT_MAX, True), (LIGHT_MAX + 1, False)])
def test_a_job_goes_by_what_it_reads(lanes: Lanes, size: int, is_light: bool) -> None:
    job = lanes.job(str.count, ("x", ""), size)
    assert job.helper is (lanes.light if is_light else lanes.heavy)


def test_the_light_lane_does_not_wait_for_the_heavy_one(lanes: Lanes) -> None:
    stopped: list[type[Exception]] = []
    heavy = lanes.heavy.job(time.sleep, (1000,))

    def run() -> None:
        try:
            heavy.run()
        except PgError as error:
            stopped.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    assert lanes.job(len, ("four",), 4).run() == 4
    assert not stopped
    heavy.interrupt()
    thread.join(30)
    assert [error.sqlstate for error in stopped] == ["57014"]


def test_both_end(lanes: Lanes) -> None:
    assert [lanes.job(len, ("x" * size,), size).run() for size in (1, LIGHT_MAX + 1)] == [1, LIGHT_MAX + 1]
    lanes.close()
    assert not lanes.light.is_running
    assert not lanes.heavy.is_running
