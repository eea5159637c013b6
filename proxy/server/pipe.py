"""Pickled values through a pipe between a server and its helper, which trust each other. Refuses to know what they mean."""

from __future__ import annotations

import pickle
import struct
from typing import IO

_LENGTH = struct.Struct("!Q")


def send(pipe: IO[bytes] | None, value: object) -> None:
    """Write one value. Raises OSError where nobody reads."""
    assert pipe is not None
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes] | None) -> object:
    """Read one value. Raises EOFError where the other side is gone."""
    assert pipe is not None
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data
