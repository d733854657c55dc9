"""The rows of one table in a file that mysqldump wrote, read as a stream. Nothing in it is executed.

Also read: what phpMyAdmin and people write. Texts stay bytes here; `items` decodes them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

#: None is NULL, or an expression: what is no plain value.
Value = str | bytes | int | None

#: Bytes read at a time; more while one token is longer.
CHUNK = 1024 * 1024
#: No token's kind depends on more than this many of its bytes.
MARGIN = 64

TOKEN = re.compile(
    rb"""
      (?P<blank> \s++ | /\*M?!\d*+(?=\s) | \*/ )  # what MySQL's own comments hold is executed: read it
    | (?P<comment> --(?=\s|\Z)[^\n]*+ | \#[^\n]*+ | /\*.*?\*/ )
    | (?P<program> DELIMITER[ \t]++(?!;\s).*?\nDELIMITER[ \t]++;[^\n]*+ )  # of a trigger or procedure
    | '[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'
    | "[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"
    | `[^`]*+(?:``[^`]*+)*+`
    | [\w$@\x80-\xff]++
    | .
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: Where one of these stands alone, its end has not been read.
OPENERS = (b"'", b'"', b"`", b"/*", b"DELIMITER")
ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
ESCAPES = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
CONSTANTS = {b"NULL": None, b"TRUE": 1, b"FALSE": 0}
#: Those whose bytes are UTF-8, or in which MySQL hands out the UTF-8 that a client once put there.
CHARSETS = (b"utf8", b"utf8mb3", b"utf8mb4", b"latin1", b"ascii", b"binary")
BEFORE_A_TABLE = (b"IF", b"NOT", b"EXISTS", b"LOW_PRIORITY", b"DELAYED", b"HIGH_PRIORITY", b"IGNORE", b"INTO")
NO_COLUMN = (
    b"PRIMARY",
    b"KEY",
    b"UNIQUE",
    b"INDEX",
    b"CONSTRAINT",
    b"FULLTEXT",
    b"SPATIAL",
    b"CHECK",
    b"FOREIGN",
)


class BadDump(ValueError):
    """The text says what is wrong with the file as a whole."""


class Dump:
    def __init__(self, file: BinaryIO, table: str, columns: Sequence[str]) -> None:
        self.file, self.table, self.columns = file, table, columns
        self.order: list[str] = []
        self.found = self.cut_off = False

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The values of `columns` in each row that is inserted into the table. Raises BadDump."""
        self.all_tokens = self.tokens()
        for first in self.all_tokens:
            rest = self.statement(first)
            match next(rest, b"").upper():
                case b"CREATE":
                    self.create(rest)
                case b"INSERT" | b"REPLACE":
                    yield from self.insert(rest)
                case b"SET":
                    self.set_names(rest)
            for _ in rest:
                pass
        if self.cut_off:
            raise BadDump("it is cut off: the line '-- Dump completed' is missing")
        if not self.found:
            raise BadDump(f"there is no table {self.table} in it; is it a mysqldump file?")

    def statement(self, token: bytes) -> Iterator[bytes]:
        """Its tokens, without the semicolon."""
        while token != b";":
            yield token
            if not (token := next(self.all_tokens, b"")):
                raise BadDump("it is cut off in the middle of a statement")

    def create(self, rest: Iterator[bytes]) -> None:
        if next(rest, b"").upper() != b"TABLE":
            return
        name, token = named(rest)
        if name.lower() != self.table.lower() or token != b"(":
            return
        self.found, self.order, depth, before = True, [], 1, token
        for token in rest:
            if depth == 1 and before in (b"(", b",") and token.upper() not in NO_COLUMN:
                self.order.append(unquoted(token))
            depth += (token == b"(") - (token == b")")
            # A bracket deeper down, as in decimal(10,2), is no place for a column.
            before = token if depth == 1 else b""
            if not depth:
                return

    def insert(self, rest: Iterator[bytes]) -> Iterator[tuple[Value, ...]]:
        name, token = named(rest)
        if name.lower() != self.table.lower():
            return
        self.found, order = True, self.order
        if token == b"(":
            order = [unquoted(each) for each in bracket(rest) if each != b","]
            token = next(rest, b"")
        places = self.places(order)
        if token.upper() not in (b"VALUES", b"VALUE"):
            raise BadDump(f"an INSERT into {self.table} without VALUES")
        while next(rest, b"") == b"(":
            values = split(bracket(rest))
            if len(values) != len(order):
                raise BadDump(f"a row of {self.table} has {len(values)} values for {len(order)} columns")
            yield tuple(plain(values[place]) for place in places)
            if next(rest, b"") != b",":
                return

    def places(self, order: list[str]) -> list[int]:
        if not order:
            raise BadDump("it does not say which columns there are: dump with --complete-insert")
        lower = [name.lower() for name in order]
        for column in self.columns:
            if column not in lower:
                raise BadDump(f"{self.table} has no column {column}; it has {', '.join(order)}")
        return [lower.index(column) for column in self.columns]

    def set_names(self, rest: Iterator[bytes]) -> None:
        if next(rest, b"").upper() == b"NAMES":
            charset = unquoted(next(rest, b""))
            if charset.lower().encode() not in CHARSETS:
                raise BadDump(f"it is in {charset}: dump with --default-character-set=utf8mb4")

    def tokens(self) -> Iterator[bytes]:
        buffer, start, ended, size = b"", 0, False, CHUNK
        while True:
            found = TOKEN.match(buffer, start)
            if not ended and (found is None or unfinished(found)):
                more = self.file.read(size)
                buffer, start, ended = buffer[start:] + more, 0, not more
                # Doubled, so that the time for one token stays in proportion to its length.
                size = max(CHUNK, len(buffer))
            elif found is None:
                return
            else:
                start = found.end()
                if found.lastgroup is None:
                    yield self.checked(found)
                elif found.lastgroup == "comment":
                    self.note(found[0])

    def checked(self, found: re.Match[bytes]) -> bytes:
        if found[0].upper() in OPENERS or found.string.startswith(b"/*", found.start()):
            raise BadDump("it is cut off in the middle of a text or comment")
        return found[0]

    def note(self, comment: bytes) -> None:
        """mysqldump says when it begins and when it is through."""
        if comment.startswith((b"-- MySQL dump", b"-- MariaDB dump")):
            self.cut_off = True
        elif comment.startswith(b"-- Dump completed"):
            self.cut_off = False


def unfinished(found: re.Match[bytes]) -> bool:
    """Whether what follows in the file might belong to this token."""
    end = len(found.string)
    return (
        found.end() == end
        or found.start() > end - MARGIN
        or found[0].upper() in OPENERS
        or (found[0] == b"/" and found.string.startswith(b"/*", found.start()))
    )


def named(rest: Iterator[bytes]) -> tuple[str, bytes]:
    """The table's name, without that of its database, and the token after it."""
    token = next(rest, b"")
    while token.upper() in BEFORE_A_TABLE:
        token = next(rest, b"")
    name, token = unquoted(token), next(rest, b"")
    if token == b".":
        return unquoted(next(rest, b"")), next(rest, b"")
    return name, token


def bracket(rest: Iterator[bytes]) -> Iterator[bytes]:
    """The tokens up to the bracket that closes the one before them."""
    depth = 1
    for token in rest:
        depth += (token == b"(") - (token == b")")
        if not depth:
            return
        yield token
    raise BadDump("a bracket that is not closed")


def split(tokens: Iterator[bytes]) -> list[list[bytes]]:
    """Parted at the commas, but for those within brackets."""
    parts: list[list[bytes]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == b"(") - (token == b")")
        if token == b"," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def plain(tokens: list[bytes]) -> Value:
    last = tokens[-1] if tokens else b""
    before = b"".join(tokens[:-1]).lower()
    if last[:1] in (b"'", b'"'):
        return quoted(before, last)
    if before and not before.startswith(b"_"):
        return None
    if last[:2].lower() == b"0x":
        return hexadecimal(last[2:])
    if last.isdigit() and len(last) <= 20:
        return int(last)
    return CONSTANTS.get(last.upper())


def quoted(before: bytes, token: bytes) -> Value:
    """'text', and with what may stand before it: _binary 'text', x'4f6b', b'1'."""
    quote = token[:1]
    text = token[1:-1].replace(quote * 2, quote)
    if not before or before.startswith(b"_"):
        return ESCAPE.sub(unescaped, text)
    if before == b"x":
        return hexadecimal(text)
    return int(text, 2) if before == b"b" and re.fullmatch(rb"[01]{1,64}", text) else None


def unescaped(escape: re.Match[bytes]) -> bytes:
    # \% and \_ keep their backslash, as MySQL does.
    return ESCAPES.get(escape[1], escape[0] if escape[1] in b"%_" else escape[1])


def hexadecimal(digits: bytes) -> bytes | None:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None


def unquoted(name: bytes) -> str:
    quote = name[:1]
    if quote in (b"`", b'"'):
        name = name[1:-1].replace(quote * 2, quote)
    return name.decode(errors="replace")
