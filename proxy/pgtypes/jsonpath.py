"""jsonpath: checked and stored as Postgres prints it.

The grammar is `jsonpath_input.py`'s; refuses to run paths. Facts: jsonpath_recv and jsonpath_send in src/backend/utils/adt/jsonpath.c.
"""

from __future__ import annotations

from proxy.catalog.versions import Since
from proxy.pgtypes.codec import Input
from proxy.pgtypes.errors import InvalidBinary, short_message
from proxy.pgtypes.jsonb import VERSION, Jsonb
from proxy.pgtypes.jsonpath_input import read_path
from proxy.pgtypes.jsonpath_scan import BadPath
from proxy.pgtypes.strings import decode_utf8

CONVERSIONS = frozenset(
    f".{name}"
    for name in "bigint boolean date decimal integer number string time time_tz timestamp timestamp_tz".split()
)


class JsonPath(Jsonb):
    """Sent as jsonb is: a version byte and the text."""

    def read(self, text: str, context: Input) -> str:
        path = read_path(text)
        if not context.has(Since.JSONPATH_CONVERSIONS) and any(item.kind in CONVERSIONS for item in path.items()):
            raise BadPath('syntax error at or near "(" of jsonpath input')
        return path.text()

    def receive(self, data: bytes, context: Input) -> str:
        if not data:
            raise short_message()
        if data[:1] != VERSION:
            raise InvalidBinary(f"unsupported jsonpath version number: {data[0]}")
        return read_path(decode_utf8(data[1:])).text()
