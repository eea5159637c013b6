"""Made-up texts that look like what a column holds: e-mail addresses, names, codes. No private access at all.

Row number and a generator go in, texts come out; a unique format carries the row's number, so it never repeats.
Refuses to know the source. Reserved names only: example.com, 555 numbers, documentation addresses.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping

import numpy as np

from synth.plan.model import PlanRefused

Maker = Callable[[int, np.random.Generator], str]

FIRST = ["Alex", "Bela", "Chris", "Dana", "Eli", "Fran", "Gray", "Hana", "Ira", "Jo", "Kim", "Lee", "Mika", "Noa",
         "Pat", "Quinn", "Robin", "Sam", "Toni", "Uma", "Val", "Wren", "Yuri", "Zoe"]  # fmt: skip
LAST = ["Abel", "Berg", "Costa", "Dorn", "Ernst", "Fabre", "Gold", "Haas", "Ivers", "Jansen", "Klein", "Lopez",
        "Novak", "Ortiz", "Perez", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vogel", "Weber", "Zimmer"]  # fmt: skip
CITIES = ["Ashford", "Brookfield", "Clearwater", "Danbury", "Eastham", "Fairview", "Greenport", "Hillcrest", "Kirkby",
          "Lakeside", "Milton", "Newbury"]  # fmt: skip
STREETS = ["Oak", "Maple", "Station", "Church", "Mill", "Garden", "Bridge", "School", "River", "Market", "Park", "Hill"]
COMPANIES = ["Acme", "Borealis", "Cobalt", "Delta", "Evergreen", "Fjord", "Granite", "Harbor", "Indigo", "Juniper"]
WORDS = ["note", "sample", "entry", "text", "item", "value", "record", "line", "detail", "remark"]
DIGITS, LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def pick(rng: np.random.Generator, choices: list[str] | str) -> str:
    """One of them."""
    return choices[int(rng.integers(len(choices)))]


def email(row: int, rng: np.random.Generator) -> str:
    """first.last.17@example.com"""
    return f"{pick(rng, FIRST)}.{pick(rng, LAST)}.{row}@example.com".lower()


def phone(row: int, rng: np.random.Generator) -> str:
    """+1 555 0000017: no such numbers are given out."""
    return f"+1 555 {row:07d}"


def random_uuid(row: int, rng: np.random.Generator) -> str:
    """A version 4 UUID."""
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))


def name(row: int, rng: np.random.Generator) -> str:
    """First Last"""
    return f"{pick(rng, FIRST)} {pick(rng, LAST)}"


def street(row: int, rng: np.random.Generator) -> str:
    """17 Oak Street"""
    return f"{int(rng.integers(1, 200))} {pick(rng, STREETS)} Street"


def ip(row: int, rng: np.random.Generator) -> str:
    """10.x.y.z: private addresses."""
    return ".".join(["10", *(str(int(part)) for part in rng.integers(0, 256, 3))])


def iban(row: int, rng: np.random.Generator) -> str:
    """XX: no country."""
    return "XX00" + "".join(pick(rng, DIGITS) for _ in range(16))


def base36(number: int) -> str:
    """0-9A-Z"""
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = (DIGITS + LETTERS)[rest] + digits
        if not number:
            return digits


MAKERS: Mapping[str, Maker] = {
    "email": email,
    "phone": phone,
    "uuid": random_uuid,
    "name": name,
    "full_name": name,
    "first_name": lambda row, rng: pick(rng, FIRST),
    "last_name": lambda row, rng: pick(rng, LAST),
    "username": lambda row, rng: f"{pick(rng, FIRST)}{row}".lower(),
    "company": lambda row, rng: f"{pick(rng, COMPANIES)} {pick(rng, ['Ltd', 'Inc', 'Group', 'Partners'])}",
    "street": street,
    "address": lambda row, rng: f"{street(row, rng)}, {pick(rng, CITIES)}",
    "city": lambda row, rng: pick(rng, CITIES),
    "postcode": lambda row, rng: "".join(pick(rng, DIGITS) for _ in range(5)),
    "url": lambda row, rng: f"https://www.example.com/{pick(rng, WORDS)}/{row}",
    "ip": ip,
    "iban": iban,
    "code": lambda row, rng: base36(row + 36),
    "word": lambda row, rng: pick(rng, WORDS),
    "sentence": lambda row, rng: " ".join(pick(rng, WORDS) for _ in range(4)),
}
CARRY_NUMBER = frozenset({"email", "phone", "uuid", "username", "url", "code"})


def check_format(text: str, where: str) -> None:
    """Raise PlanRefused where a format is neither a name of MAKERS nor a pattern with # (digit) or ? (letter)."""
    if text not in MAKERS and not re.search(r"[#?]", text):
        raise PlanRefused(
            f'{where}: there is no format "{text}"',
            hint=f"Formats: {', '.join(sorted(MAKERS))}; or a pattern with # for a digit and ? for a letter.",
        )


def make_texts(text: str, rows: int, length: int | None, unique: bool, rng: np.random.Generator) -> list[str]:
    """rows texts of a format, at most `length` characters each, different where unique."""
    maker = MAKERS.get(text)
    if maker is None:
        texts = [pattern(text, row, unique, rng) for row in range(rows)]
    else:
        texts = [maker(row + 1, rng) for row in range(rows)]
        if unique and text not in CARRY_NUMBER:
            texts = [f"{each} {row + 1}" for row, each in enumerate(texts)]
    if length is None:
        return texts
    if unique and any(len(each) > length for each in texts):
        return [base36(row).rjust(min(length, len(base36(rows))), "0") for row in range(rows)]
    return [each[:length] for each in texts]


def pattern(text: str, row: int, unique: bool, rng: np.random.Generator) -> str:
    """# -> digit, ? -> letter. Unique: the places, read as one number, count the rows; the last ones turn fastest."""
    places = [place for place, each in enumerate(text) if each in "#?"]
    letters = list(text)
    number = row
    for place in reversed(places):
        alphabet = DIGITS if text[place] == "#" else LETTERS
        if unique:
            number, digit = divmod(number, len(alphabet))
            letters[place] = alphabet[digit]
        else:
            letters[place] = pick(rng, alphabet)
    return "".join(letters)


def pattern_room(text: str) -> int | None:
    """How many different texts a unique pattern can make; None where it never ends."""
    if text in MAKERS:
        return None
    room = 1
    for each in text:
        room *= {"#": 10, "?": 26}.get(each, 1)
    return room


PLACEHOLDERS: Mapping[int, str] = {
    17: "",  # bytea, as hex
    114: "{}",  # json
    142: "",  # xml
    600: "(0,0)",
    601: "[(0,0),(0,0)]",
    603: "(0,0),(0,0)",
    628: "{1,-1,0}",
    602: "[(0,0)]",
    604: "((0,0))",
    718: "<(0,0),0>",
    650: "0.0.0.0/0",
    869: "0.0.0.0",
    774: "00:00:00:00:00:00:00:00",
    790: "$0.00",
    829: "00:00:00:00:00:00",
    1186: "00:00:00",  # interval
    1266: "00:00:00+00",
    1562: "",  # varbit
    3614: "",  # tsvector
    3615: "",  # tsquery
    3802: "{}",  # jsonb
    3904: "empty",  # ranges
    3906: "empty",
    3908: "empty",
    3910: "empty",
    3912: "empty",
    3926: "empty",
}
RANGE_KINDS = frozenset({"r", "m"})


def placeholder(base_oid: int, typtype: str, typmod: int, is_array: bool) -> str | None:
    """The text that stands for any value of a type that is not modelled, as the replica's loader reads it; None where
    the type has none (a composite without a known shape)."""
    if is_array:
        return "[]"
    if typtype in RANGE_KINDS:
        return "empty" if typtype == "r" else "{}"
    if base_oid == 1560:  # bit(n)
        return "0" * max(1, typmod)
    return PLACEHOLDERS.get(base_oid)
