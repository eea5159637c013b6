"""jsonpath: checked and stored as Postgres prints it.

The grammar is `jsonpath_input.py`'s; refuses to run paths. Facts: jsonpath_recv and jsonpath_send in src/backend/utils/adt/jsonpath.c.
"""

from __future__ import annotations

from proxy.pgtypes.codec import Input
from proxy.pgtypes.errors import InvalidBinary, StackDepthExceeded, short_message
from proxy.pgtypes.jsonb import VERSION, Jsonb
from proxy.pgtypes.jsonpath_input import read_path
from proxy.pgtypes.strings import decode_utf8


class JsonPath(Jsonb):
    """Sent as jsonb is: a version byte and the text."""

    def read(self, text: str, context: Input) -> str:
        return _canonical(text, context.settings.version)

    def receive(self, data: bytes, context: Input) -> str:
        if not data:
            raise short_message()
        if data[:1] != VERSION:
            raise InvalidBinary(f"unsupported jsonpath version number: {data[0]}")
        return _canonical(decode_utf8(data[1:]), context.settings.version)


def _canonical(text: str, version: int) -> str:
    """jsonpath_in. Operators in a row are a tree as deep as there are of them."""
    try:
        return read_path(text, version).text()
    except RecursionError:
        raise StackDepthExceeded from None
