"""jsonpath's input function: a recursive-descent parser of Postgres' grammar.

Takes the tokens of `jsonpath_scan.py`, gives the tree of `jsonpath_tree.py`; refuses to know documents. Facts: jsonpath_gram.y and
flattenJsonPathParseItem in src/backend/utils/adt.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.catalog.versions import NEWEST, Since, since
from proxy.kept import kept_if_short
from proxy.pgtypes.errors import FeatureNotSupported, InvalidText, NumericOutOfRange, StackDepthExceeded
from proxy.pgtypes.integers import read_whole
from proxy.pgtypes.jsonpath_scan import BadPath, Scanner, Token
from proxy.pgtypes.jsonpath_tree import COMPARISONS, UNBOUNDED, Item, Path
from proxy.pgtypes.numeric import parse_numeric

INT4_MAX = 2**31 - 1
MAX_DEPTH = 50  # each takes a dozen calls
PLAIN_METHODS = frozenset(("abs", "size", "type", "floor", "double", "ceiling", "keyvalue", "bigint", "boolean", "date", "integer",
                           "number", "string"))  # fmt: skip
PRECISE_METHODS = frozenset(("time", "time_tz", "timestamp", "timestamp_tz"))
CONVERSIONS = frozenset(("bigint", "boolean", "date", "decimal", "integer", "number", "string", *PRECISE_METHODS))
FLAGS = "ismxq"


@kept_if_short(1024)
def read_path(text: str, version: int = NEWEST) -> Path:
    """As a server of that version reads it. Raises InvalidText, BadPath, StackDepthExceeded."""
    path = _Parser(Scanner(text, version).tokens(), converts=since(version, Since.JSONPATH_CONVERSIONS)).path()
    if path is None:
        raise InvalidText(f'invalid input syntax for type jsonpath: "{text}"')
    _check(path.root, inside_filter=False, inside_subscript=False)
    return path


def _check(item: Item | None, *, inside_filter: bool, inside_subscript: bool) -> None:
    """`@` outside of filters and LAST outside of subscripts mean nothing."""
    while item is not None:
        if item.kind == "@" and not inside_filter:
            raise BadPath("@ is not allowed in root expressions")
        if item.kind == "last" and not inside_subscript:
            raise BadPath("LAST is allowed only in array subscripts")
        for arg in item.args:
            _check(
                arg,
                inside_filter=inside_filter or item.kind == "?",
                inside_subscript=inside_subscript or item.kind == "[]",
            )
        item = item.next


class _Parser:
    """Tokens to the tree. Predicates and values are parsed by the same rules; where only one of them may stand is checked after.

    converts: whether there are methods that convert.
    """

    def __init__(self, tokens: list[Token], *, converts: bool) -> None:
        self.tokens = tokens
        self.converts = converts
        self.at = 0
        self.depth = 0

    def path(self) -> Path | None:
        """None where there is nothing."""
        if self.peek.kind == "end":
            return None
        mode = self.peek.keyword
        lax = mode != "strict"
        if mode in ("strict", "lax"):
            self.at += 1
        root = self.either()
        if self.peek.kind != "end":
            raise self.unexpected()
        return Path(root, lax)

    @property
    def peek(self) -> Token:
        """The token to come."""
        return self.tokens[self.at]

    def unexpected(self) -> BadPath:
        """The error of a token that may not stand here."""
        token = self.peek
        if token.kind == "end" or not token.shown:
            return BadPath("syntax error at end of jsonpath input")
        return BadPath(f'syntax error at or near "{token.shown}" of jsonpath input')

    def accept(self, kind: str) -> bool:
        """Take a mark, if it comes."""
        found = self.peek.kind == kind
        self.at += found
        return found

    def expect(self, kind: str) -> Token:
        """Take a token of that kind."""
        if self.peek.kind != kind:
            raise self.unexpected()
        self.at += 1
        return self.tokens[self.at - 1]

    def accept_word(self, word: str) -> bool:
        """Take a key word, if it comes."""
        found = self.peek.keyword == word
        self.at += found
        return found

    def expect_word(self, word: str) -> None:
        """Take a key word."""
        if not self.accept_word(word):
            raise self.unexpected()

    def either(self) -> Item:
        """A predicate or a value."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise StackDepthExceeded
        left = self.conjunction()
        while self.peek.kind == "||":
            self.require(left, predicate=True)
            self.at += 1
            left = Item("||", args=(left, self.require(self.conjunction(), predicate=True)))
        self.depth -= 1
        return left

    def require(self, item: Item, *, predicate: bool) -> Item:
        """The item, if it is of the kind that may stand here."""
        if item.is_predicate != predicate:
            raise self.unexpected()
        return item

    def value(self) -> Item:
        """expr."""
        return self.require(self.either(), predicate=False)

    def conjunction(self) -> Item:
        """predicate && predicate."""
        left = self.comparison()
        while self.peek.kind == "&&":
            self.require(left, predicate=True)
            self.at += 1
            left = Item("&&", args=(left, self.require(self.comparison(), predicate=True)))
        return left

    def comparison(self) -> Item:
        """What compares values, or a value."""
        if self.accept("!"):
            return Item("!", args=(self.delimited(),))
        left = self.sum()
        kind = self.peek.kind
        if kind in COMPARISONS:
            self.require(left, predicate=False)
            self.at += 1
            return Item(kind, args=(left, self.require(self.sum(), predicate=False)))
        if self.peek.keyword == "starts":
            self.require(left, predicate=False)
            self.at += 1
            self.expect_word("with")
            token = self.expect("variable" if self.peek.kind == "variable" else "string")
            return Item("starts with", args=(left, Item(token.kind, token.text)))
        if self.peek.keyword == "like_regex":
            self.require(left, predicate=False)
            self.at += 1
            pattern = self.expect("string").text
            flags = _flags(self.expect("string").text) if self.accept_word("flag") else ""
            return Item("like_regex", (pattern, flags), args=(left,))
        return left

    def delimited(self) -> Item:
        """( predicate ) or exists ( value ): what may stand behind `!`."""
        if self.accept("("):
            found = self.require(self.either(), predicate=True)
            self.expect(")")
            return found
        if self.peek.keyword == "exists":
            return self.primary()
        raise self.unexpected()

    def sum(self) -> Item:
        """value + value."""
        return self.operation(("+", "-"), self.product)

    def product(self) -> Item:
        """value * value."""
        return self.operation(("*", "/", "%"), self.signed)

    def operation(self, kinds: tuple[str, ...], operand: Callable[[], Item]) -> Item:
        """A left-associative operator over what `operand` reads."""
        left = operand()
        while self.peek.kind in kinds:
            self.require(left, predicate=False)
            kind = self.expect(self.peek.kind).kind
            left = Item(kind, args=(left, self.require(operand(), predicate=False)))
        return left

    def signed(self) -> Item:
        """+ value, - value; of a number it is the number's sign."""
        if self.peek.kind not in ("+", "-"):
            return self.accessed()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise StackDepthExceeded
        sign = self.expect(self.peek.kind).kind
        operand = self.require(self.signed(), predicate=False)
        self.depth -= 1
        if operand.kind == "number" and operand.next is None:
            return operand if sign == "+" else Item("number", _negated(str(operand.value)))
        return Item(f"unary {sign}", args=(operand,))

    def accessed(self) -> Item:
        """A primary with the accessors behind it."""
        first = self.peek.keyword
        steps = [self.primary()]
        closed = first == "exists" or self.tokens[self.at - 1].keyword == "unknown"  # a condition takes no accessor
        while not closed and self.peek.kind in (".", "[", "?"):
            steps.append(self.accessor())
        found = steps[-1]
        for step in reversed(steps[:-1]):
            found = step.followed_by(found)
        return found

    def primary(self) -> Item:
        """What a path begins with."""
        token = self.peek
        self.at += 1
        if token.kind in ("string", "variable"):
            return Item(token.kind, token.text)
        if token.kind in ("integer", "number"):
            return Item("number", parse_numeric(token.text))
        if token.kind in ("$", "@"):
            return Item(token.kind)
        word = token.keyword
        if word in ("true", "false"):
            return Item("bool", word == "true")
        if word in ("null", "last"):
            return Item(word)
        if word == "exists" and self.accept("("):
            found = self.value()
            self.expect(")")
            return Item("exists", args=(found,))
        if token.kind == "(":
            return self.bracketed()
        self.at -= 1
        raise self.unexpected()

    def bracketed(self) -> Item:
        """( predicate ), ( value ), ( predicate ) is unknown."""
        found = self.either()
        self.expect(")")
        if self.peek.keyword == "is":
            self.require(found, predicate=True)
            self.at += 1
            self.expect_word("unknown")
            return Item("is unknown", args=(found,))
        return found

    def accessor(self) -> Item:
        """One step."""
        if self.accept("["):
            return self.subscripts()
        if self.accept("?"):
            self.expect("(")
            condition = self.require(self.either(), predicate=True)
            self.expect(")")
            return Item("?", args=(condition,))
        self.expect(".")
        if self.accept("*"):
            return Item(".*")
        if self.accept("**"):
            return Item("**", self.levels())
        token = self.peek
        if token.kind == "string":
            self.at += 1
            return Item("key", token.text)
        name = self.expect("word")
        if name.keyword and self.peek.kind == "(":
            return self.method(name.keyword)
        return Item("key", name.text)

    def subscripts(self) -> Item:
        """[*] or [from to to, ...]."""
        if self.accept("*"):
            self.expect("]")
            return Item("[*]")
        bounds: list[Item | None] = []
        while True:
            bounds.append(self.value())
            bounds.append(self.value() if self.accept_word("to") else None)
            if not self.accept(","):
                break
        self.expect("]")
        return Item("[]", args=tuple(bounds))

    def levels(self) -> tuple[int, int]:
        """What stands behind `**`."""
        if not self.accept("{"):
            return 0, UNBOUNDED
        first = self.level()
        last = self.level() if self.accept_word("to") else first
        self.expect("}")
        return first, last

    def level(self) -> int:
        """A depth."""
        if self.accept_word("last"):
            return UNBOUNDED
        text = self.expect("integer").text
        level = read_whole(text)
        if level is None or level > INT4_MAX:
            raise NumericOutOfRange(f'value "{text}" is out of range for type integer')
        return level

    def method(self, name: str) -> Item:
        """A method's call; the bracket is to come."""
        if name in CONVERSIONS and not self.converts:
            raise self.unexpected()
        if name in PLAIN_METHODS:
            self.at += 1
            args: tuple[Item | None, ...] = ()
        elif name in PRECISE_METHODS:
            self.at += 1
            args = (Item("number", parse_numeric(self.expect("integer").text)),) if self.peek.kind == "integer" else ()
        elif name == "datetime":
            self.at += 1
            args = (Item("string", self.expect("string").text),) if self.peek.kind == "string" else ()
        elif name == "decimal":
            self.at += 1
            args = self.digits()
        else:
            raise self.unexpected()
        self.expect(")")
        return Item(f".{name}", args=args)

    def digits(self) -> tuple[Item, ...]:
        """precision and scale of decimal()."""
        found: list[Item] = []
        while self.peek.kind != ")":
            if found:
                self.expect(",")
            negative = self.peek.kind == "-"
            self.at += self.peek.kind in "+-"
            text = parse_numeric(self.expect("integer").text)
            found.append(Item("number", _negated(text) if negative else text))
        if len(found) > 2:
            detail = ".decimal() can only have an optional precision[,scale]."
            raise BadPath("invalid input syntax for type jsonpath", detail=detail)
        return tuple(found)


def _negated(text: str) -> str:
    return text if not text.strip("0.") else text[1:] if text.startswith("-") else f"-{text}"


def _flags(text: str) -> str:
    """The flags of like_regex in the order in which they are printed."""
    if unknown := next((flag for flag in text if flag not in FLAGS), ""):
        detail = f'Unrecognized flag character "{unknown}" in LIKE_REGEX predicate.'
        raise BadPath("invalid input syntax for type jsonpath", detail=detail)
    if "x" in text and "q" not in text:
        raise FeatureNotSupported('XQuery "x" flag (expanded regular expressions) is not implemented')
    return "".join(flag for flag in FLAGS if flag in text)
