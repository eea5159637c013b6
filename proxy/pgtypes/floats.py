"""float4 and float8: the shortest digits that read back as the same number, laid out as Postgres lays them out.

Refuses to know numeric. Facts: src/backend/utils/adt/float.c and src/common/{d2s,f2s}.c: exponents below -4, or from
15 (float8) or 6 (float4) on, are written with `e` and at least two digits; extra_float_digits of 0 or less means %g.
"""

from __future__ import annotations

import math
import re
import struct
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes.arrow import as_bytes, conform, validity, values
from proxy.pgtypes.codec import Codec, Input, Output, Raw, patched
from proxy.pgtypes.errors import NumericOutOfRange, invalid_input
from proxy.pgtypes.fields import Field, Fixed
from proxy.pgtypes.integers import SPACE, check_length

DECIMAL_FLOAT = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
HEX_FLOAT = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]++\.?[0-9a-fA-F]*+|\.[0-9a-fA-F]++)(?:[pP][+-]?[0-9]++)?")
WORDS = {
    "nan": math.nan,
    "+nan": math.nan,
    "-nan": math.nan,
    "inf": math.inf,
    "+inf": math.inf,
    "-inf": -math.inf,
    "infinity": math.inf,
    "+infinity": math.inf,
    "-infinity": -math.inf,
}


class Float(Codec):
    """A binary floating point number of `width` bytes."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__(name)
        self.width = width
        self.arrow = {4: pa.float32(), 8: pa.float64()}[width]
        self.layout = struct.Struct({4: "!f", 8: "!d"}[width])
        self.exponent_limit = {4: 6, 8: 15}[width]
        self.digits = {4: 6, 8: 15}[width]
        # Arrow prints 1e-4 <= |x| < these bounds as Postgres does; what lies outside is printed one by one.
        self.plain_below = {4: 1e6, 8: 1e9}[width]

    def raw(self, column: pa.Array) -> list[Raw | None]:
        numbers: list[float | None] = conform(column, self.arrow, self.name).to_pylist()
        return list(numbers)

    def text(self, raw: Raw, output: Output) -> str:
        number = float(raw)
        if not math.isfinite(number):
            return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
        extra = output.settings.extra_float_digits
        if extra <= 0:
            return f"%.{max(self.digits + extra, 1)}g" % number
        return layout(self._shortest(number), self.exponent_limit)

    def _shortest(self, number: float) -> str:
        """Shortest digits strictly between the neighbours' midpoints: a digit string on a midpoint does not count."""
        if self.width == 8:
            text = repr(number)
        else:
            text = np.format_float_scientific(np.float32(number), unique=True, trim="-")
        if abs(number) < 2.0 ** {4: 24, 8: 53}[self.width]:
            return text
        midpoints = self._midpoints(number)
        digits = 0
        while Fraction(text) in midpoints or not self._reads_back(text, number):
            text = f"{number:.{digits}e}"
            digits += 1
        return text

    def _reads_back(self, text: str, number: float) -> bool:
        return float(text) == number if self.width == 8 else bool(np.float32(text) == np.float32(number))

    def _midpoints(self, number: float) -> tuple[Fraction, ...]:
        if self.width == 8:
            neighbours = [math.nextafter(number, -math.inf), math.nextafter(number, math.inf)]
        else:
            single = np.float32(number)
            with np.errstate(over="ignore"):  # beside the largest is infinity
                neighbours = [float(np.nextafter(single, np.float32(to))) for to in (-math.inf, math.inf)]
        exact = Fraction(number)
        return tuple((exact + Fraction(one)) / 2 for one in neighbours if math.isfinite(one))

    def send(self, raw: Raw) -> bytes:
        return self.layout.pack(raw)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        column = conform(column, self.arrow, self.name)
        if output.settings.extra_float_digits <= 0:
            return super().text_column(column, output)
        numbers = values(column, f"<f{self.width}")
        size = np.abs(numbers)
        special = ~(((size >= 1e-4) & (size < self.plain_below)) | (size == 0))
        valid = validity(column)
        if valid is not None:
            special &= valid
        printed = pc.cast(column, pa.string())
        if not special.any():
            return printed
        return patched(printed, special, [self.text(number, output) for number in numbers[special]])

    def send_column(self, column: pa.Array) -> Field:
        numbers = values(conform(column, self.arrow, self.name), f"<f{self.width}")
        return Fixed(as_bytes(numbers.astype(f">f{self.width}"), self.width), validity(column))

    def read(self, text: str, context: Input) -> str:
        return self.text(self.parse(text), Output())

    def parse(self, text: str) -> float:
        """The number that float8in or float4in reads."""
        word = text.strip(SPACE).lower()
        if word in WORDS:
            return WORDS[word]
        if DECIMAL_FLOAT.fullmatch(word):
            number = float(word)
            is_zero = not re.search("[1-9]", word.split("e")[0])
        elif HEX_FLOAT.fullmatch(word):
            number = _from_hex(word)
            is_zero = not re.search("[1-9a-f]", word.split("x")[1].split("p")[0])
        else:
            raise invalid_input(self.name, text)
        if self.width == 4:
            with np.errstate(over="ignore"):
                number = float(np.float32(number))
        if math.isinf(number) or (number == 0 and not is_zero):
            raise NumericOutOfRange(f'"{text.strip(SPACE)}" is out of range for type {self.name}')
        return number

    def parsed(self, text: str, context: Input) -> Raw:
        return self.parse(text)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, self.width)
        return self.text(self.layout.unpack(data)[0], Output())


def _from_hex(word: str) -> float:
    try:
        return float.fromhex(word)
    except OverflowError:
        return -math.inf if word.startswith("-") else math.inf


def layout(shortest: str, exponent_limit: int) -> str:
    """Shortest digits in any notation, in Postgres' notation: `1e+15`, `1.5e-07`, `0.0001`, `-0`."""
    sign, mantissa, exponent = _split(shortest)
    if not mantissa:
        return sign + "0"
    if exponent < -4 or exponent >= exponent_limit:
        fraction = "." + mantissa[1:] if len(mantissa) > 1 else ""
        return f"{sign}{mantissa[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{mantissa}"
    whole = mantissa[: exponent + 1].ljust(exponent + 1, "0")
    fraction = mantissa[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def _split(shortest: str) -> tuple[str, str, int]:
    """Sign, significant digits without outer zeros, exponent of the first digit."""
    sign = "-" if shortest.startswith("-") else ""
    number, _, power = shortest.lstrip("-").partition("e")
    whole, _, fraction = number.partition(".")
    digits = whole + fraction
    stripped = digits.lstrip("0")
    exponent = len(whole) - 1 - (len(digits) - len(stripped)) + int(power or 0)
    return sign, stripped.rstrip("0"), exponent
