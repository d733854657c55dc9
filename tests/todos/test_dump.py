"""Dumps that no mysqldump of today wrote, and files that are none."""

import contextlib
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from todos.itemtable import dump
from todos.itemtable.dump import BadDump, Dump

CREATE = "CREATE TABLE itemTable (user_id varchar(9), item text, todo_flg bit(1));"


def read(text: str | bytes) -> list[tuple[dump.Value, ...]]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(Dump(BytesIO(data), "itemTable", ("user_id", "item", "todo_flg")).rows())


def values(row: str) -> list[tuple[dump.Value, ...]]:
    return read(f"{CREATE} INSERT INTO itemTable VALUES {row};")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"'it\'s'", b"it's"),
        ("'it''s'", b"it's"),
        (r"'\\'", b"\\"),
        (r"'\\''x\''", b"\\'x'"),
        (r"'\0\n\r\t\b\Z\q\%\_\"'", b'\0\n\r\t\b\x1aq\\%\\_"'),
        ('"say ""hi"" \\" \'"', b'say "hi" " \''),
        ("'a\nb'", b"a\nb"),
        ("_binary '\\0'", b"\0"),
        ("_utf8mb4'🍣'", "🍣".encode()),
        ("N'x'", None),
        ("x'4F6b'", b"Ok"),
        ("X'4F6'", None),
        ("0x4F6B", b"Ok"),
        ("_binary 0x4F6B", b"Ok"),
        ("b'101'", 5),
        ("42", 42),
        ("NULL", None),
        ("true", 1),
        ("FALSE", 0),
        ("-1.5e3", None),
        ("CONCAT('a', (SELECT ','))", None),
        ("'', ''", BadDump),
    ],
)
def test_a_value(written: str, text: dump.Value | type[BadDump]) -> None:
    row = f"('U', {written}, b'1')"
    if text is BadDump:
        with pytest.raises(BadDump, match="has 4 values for 3 columns"):
            values(row)
    else:
        assert values(row) == [(b"U", text, 1)]


@given(st.text(), st.booleans(), st.integers(1, 40))
def test_any_text_comes_back_whatever_the_chunks_are(text: str, doubled: bool, size: int) -> None:
    quote = "''" if doubled else "\\'"
    written = text.replace("\\", "\\\\").replace("'", quote).replace("\0", "\\0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dump, "CHUNK", size)
        assert values(f"('U','{written}',1),('V','',0)") == [(b"U", text.encode(), 1), (b"V", b"", 0)]


@given(st.binary(max_size=300))
def test_noise_ends_with_rows_or_a_bad_dump(noise: bytes) -> None:
    with contextlib.suppress(BadDump):
        read(CREATE.encode() + b"INSERT INTO itemTable VALUES ('" + noise)


def test_a_dump_with_a_byte_missing_or_changed_ends_with_rows_or_a_bad_dump() -> None:
    rng = random.Random(3)
    insert = "INSERT INTO `itemTable` (`item`, user_id, todo_flg) VALUES ('\\'',_binary 'U',0x01);"
    insert = "INSERT INTO `itemTable` (`item`, user_id, todo_flg) VALUES ('\\'',_binary 'U',0x01);"
    whole = f"{CREATE} /*!40000 x */; {insert}"
    for _ in range(3000):
        data = bytearray(whole.encode())
        data[rng.randrange(len(data))] = rng.randrange(256)
        del data[rng.randrange(len(data))]
        with contextlib.suppress(BadDump):
            read(bytes(data))


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO itemTable (todo_flg, user_id, item) VALUES (1, 'U', 'x');",
        "insert ignore into `shop`.`itemTable` values ('U', 'x', 1);",
        'REPLACE INTO "itemTable" ("user_id", "item", "todo_flg") VALUE (\'U\', \'x\', 1);',
        "INSERT INTO ITEMTABLE(`USER_ID`,item,todo_flg)VALUES('U','x',1)ON DUPLICATE KEY UPDATE item='y';",
        "INSERT /* ('no','no',0) */ INTO itemTable -- ;('no')\n VALUES # 'no\n('U','x',1);",
        "INSERT INTO other VALUES ('U','no',1); INSERT INTO itemTable VALUES ('U','x',1);",
        "INSERT INTO `item``Table` VALUES ('no'); INSERT INTO itemTable VALUES ('U','x',1);",
        "/*!40000 ALTER TABLE itemTable DISABLE KEYS */;INSERT INTO itemTable VALUES ('U','x',1);--",
        "DELIMITER ;;\nINSERT INTO itemTable VALUES ('U','no',1);;\nDELIMITER ;\n"
        "INSERT INTO itemTable VALUES ('U','x',1);",
    ],
)
def test_inserts_of_many_kinds(insert: str) -> None:
    assert read(f"{CREATE}\n{insert}") == [(b"U", b"x", 1)]


def test_columns_are_found_among_keys_and_types() -> None:
    create = (
        "CREATE TABLE IF NOT EXISTS `itemTable` (`id` int NOT NULL DEFAULT '3', price decimal(10,2),\n"
        "`todo_flg` enum('0','1'), `key` int, user_id char(9), PRIMARY KEY (`id`,`key`), item text,\n"
        "CONSTRAINT c CHECK (price > 0), KEY k (user_id, item)) ENGINE=InnoDB;"
    )
    assert read(f"{create} INSERT INTO itemTable VALUES (1,-2.5,'0',3,'U','x');") == [(b"U", b"x", b"0")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no table itemTable"),
        ("Dear all,", "cut off"),
        ("CREATE TABLE items (a int);", "no table itemTable"),
        ("INSERT INTO itemTable VALUES ('U','x',1);", "--complete-insert"),
        ("CREATE TABLE itemTable (user_id int, item text);INSERT INTO itemTable VALUES (1,'x');", "todo_flg"),
        (f"{CREATE} INSERT INTO itemTable SELECT 1;", "without VALUES"),
        (f"{CREATE} INSERT INTO itemTable VALUES ('U','x',1;", "not closed"),
        (f"{CREATE} INSERT INTO itemTable VALUES ('U','x',1)", "cut off"),
        (f"{CREATE} INSERT INTO itemTable VALUES ('U','x", "cut off"),
        (f"{CREATE} /* and", "cut off"),
        (f"{CREATE} DELIMITER ;;\nINSERT INTO itemTable VALUES ('U','x',1);;", "cut off"),
        (f"-- MySQL dump 10.13\n{CREATE}", "Dump completed"),
        (f"/*!50503 SET NAMES cp932 */; {CREATE}", "in cp932"),
    ],
)
def test_what_is_no_dump_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadDump, match=why):
        read(text)


def test_bytes_that_are_no_utf_8_come_as_they_are() -> None:
    assert read(CREATE.encode() + b"INSERT INTO itemTable VALUES ('U','\xff\\0',1);") == [
        (b"U", b"\xff\0", 1)
    ]
