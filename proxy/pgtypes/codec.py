"""The contract of a type: what each family file implements and the registry lists, and nothing of any single type.

A codec turns Arrow columns into fields (text and binary), client text into canonical text, and canonical text into
what the engine binds. The defaults here go value by value; families override the column methods where a vectorised
form exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.pgtypes.arrow import conform, is_large
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.fields import Field
from proxy.pgtypes.settings import DEFAULT_INPUT, DEFAULT_OUTPUT, InputSettings, OutputSettings

Raw = Any
"""One value as a codec's `raw` gives it: int, float, str, bytes, Decimal or tuple; never None."""

RegNames = Mapping[int, Mapping[int, str]]
"""For each reg* type: how Postgres prints an OID."""


@dataclass(frozen=True, slots=True)
class Output:
    """What output functions may look at."""

    settings: OutputSettings = DEFAULT_OUTPUT
    reg_names: RegNames = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """What input functions may look at. typmod: -1 where the type has no length or precision."""

    settings: InputSettings = DEFAULT_INPUT
    catalog: Catalog | None = None
    typmod: int = -1


class Codec:
    """Base of all codecs: a type that is stored, sent and read as text. name: as Postgres' messages call the type."""

    def __init__(self, name: str) -> None:
        self.name = name

    def raw(self, column: pa.Array) -> list[Raw | None]:
        """The column's values, None for NULL; a type without a codec of its own is stored as text."""
        texts: list[Raw | None] = self._texts(column).to_pylist()
        return texts

    @property
    def has_binary(self) -> bool:
        """Whether `send` is implemented."""
        return type(self).send is not Codec.send

    def text(self, raw: Raw, output: Output) -> str:
        """The type's output function."""
        return str(raw)

    def send(self, raw: Raw) -> bytes:
        """The type's binary send function. Raises FeatureNotSupported where the type has none here."""
        raise FeatureNotSupported(
            f"binary format of type {self.name} is not supported", hint="Ask for the column in text format."
        )

    def no_binary(self, column: str) -> PgError:
        """The error for a column that is asked for in binary, where there is no such form."""
        return FeatureNotSupported(
            f'binary format of column "{column}" of type {self.name} is not supported',
            hint="Ask for the column in text format.",
        )

    def text_column(self, column: pa.Array, output: Output) -> Field:
        """Every value's text."""
        texts = [None if raw is None else self.text(raw, output) for raw in self.raw(column)]
        return pa.array(texts, pa.large_string() if _huge(texts) else pa.string())

    def _texts(self, column: pa.Array) -> pa.Array:
        return conform(column, pa.large_string() if is_large(column.type) else pa.string(), self.name)

    def send_column(self, column: pa.Array) -> Field:
        """Every value's binary form."""
        sent = [None if raw is None else self.send(raw) for raw in self.raw(column)]
        return pa.array(sent, pa.large_binary() if _huge(sent) else pa.binary())

    def read(self, text: str, context: Input) -> str:
        """The type's input function: the text that Postgres would print for it. Raises PgError."""
        return text

    def receive(self, data: bytes, context: Input) -> str:
        """The type's binary receive function, as canonical text. Raises PgError."""
        raise FeatureNotSupported(
            f"binary parameters of type {self.name} are not supported", hint="Send the parameter in text format."
        )

    def parse(self, text: str) -> Raw:
        """A canonical text as the value that `raw` would give."""
        return text

    def engine(self, text: str) -> object:
        """What the engine binds for a canonical text."""
        return text


def _huge(values: list[Any]) -> bool:
    return sum(len(value) for value in values if value is not None) > 2**29


def patched(column: pa.Array, special: Any, texts: list[str]) -> pa.Array:
    """A string column with the rows of a boolean mask replaced, in order."""
    return pc.replace_with_mask(column, pa.array(special), pa.array(texts, column.type))
