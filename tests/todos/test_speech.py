"""A person of each language, in the typed words of that language, from the first line to the last."""

from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from tests.line import ALICE, FAMILY, Line, event, open_titles, text
from todos.line.client import Profile


@dataclass(frozen=True)
class Speech:
    """What somebody whose LINE speaks `tag` types, and how the answers begin."""

    tag: str
    milk: str
    list: str
    undo: str
    clear: str
    help: str
    hello: str
    added: str
    done: str
    taken_back: str
    cleared: str
    nothing: str
    one: str
    usage: str
    group: str


TAIWAN = Speech(
    tag="zh-TW",
    milk="牛奶",
    list="清單",
    undo="復原",
    clear="全部清除",
    help="說明",
    hello="哈囉！",
    added="已新增：牛奶",
    done="已完成：牛奶",
    taken_back="已復原。",
    cleared="已將 1 項標為完成。",
    nothing="目前沒有待辦事項。",
    one="待辦事項 1 項",
    usage="傳送的每一行都是一項待辦事項",
    group="待辦 牛奶",
)
THAILAND = Speech(
    tag="th-TH",
    milk="ซื้อนม",
    list="รายการ",
    undo="เลิกทำ",
    clear="ล้างทั้งหมด",
    help="วิธีใช้",
    hello="สวัสดี!",
    added="เพิ่มแล้ว: ซื้อนม",
    done="เสร็จแล้ว: ซื้อนม",
    taken_back="ย้อนกลับแล้ว",
    cleared="เสร็จแล้ว 1 งาน",
    nothing="ไม่มีงานที่ต้องทำ",
    one="งานที่ต้องทำ 1 งาน",
    usage="แต่ละบรรทัดที่ส่งคือหนึ่งงาน",
    group="จดงาน ซื้อนม",
)
JAPAN = Speech(
    tag="ja",
    milk="牛乳",
    list="一覧",
    undo="元に戻す",
    clear="全部削除",
    help="使い方",
    hello="こんにちは！",
    added="追加: 牛乳",
    done="完了: 牛乳",
    taken_back="元に戻しました。",
    cleared="1件すべて完了にしました。",
    nothing="やることはありません。",
    one="やること 1件",
    usage="送った1行が1件のやることになります。",
    group="タスク 牛乳",
)
ENGLAND = Speech(
    tag="en-GB",
    milk="milk",
    list="list",
    undo="undo",
    clear="delete all",
    help="help",
    hello="Hello!",
    added="Added: milk",
    done="Done: milk",
    taken_back="Undone.",
    cleared="1 task done.",
    nothing="Nothing to do.",
    one="1 task to do",
    usage="Each line you send is one task",
    group="todo milk",
)
everybody = pytest.mark.parametrize(
    "speech", [JAPAN, ENGLAND, TAIWAN, THAILAND], ids=lambda speech: speech.tag
)


@pytest.fixture
def at(line: Line, speech: Speech) -> Line:
    """Alice's LINE speaks that language."""
    line.api.profiles[ALICE] = Profile("Alice", speech.tag)
    return line


@everybody
def test_a_friend_is_greeted(at: Line, speech: Speech) -> None:
    assert at.answer_to(event("follow__added")).startswith(speech.hello)


@everybody
def test_a_line_is_added_and_then_done(at: Line, speech: Speech) -> None:
    assert at.says(speech.milk) == f"{speech.added}\n\n{speech.one}\n1. {speech.milk}"
    assert at.says(speech.milk) == f"{speech.done}\n\n{speech.nothing}"


@everybody
def test_the_list_is_asked_for(at: Line, speech: Speech) -> None:
    at.says(speech.milk)
    assert at.says(speech.list) == f"{speech.one}\n1. {speech.milk}"


@everybody
def test_all_is_cleared_and_taken_back(at: Line, speech: Speech) -> None:
    at.says(speech.milk)
    assert at.says(speech.clear) == f"{speech.cleared}\n\n{speech.nothing}"
    assert at.says(speech.undo).startswith(speech.taken_back)
    assert open_titles() == [speech.milk]


@everybody
def test_help_is_given(at: Line, speech: Speech) -> None:
    assert at.says(speech.help).startswith(speech.usage)


@everybody
def test_each_button_is_also_a_word_to_type(at: Line, speech: Speech) -> None:
    at.says(speech.milk)
    at.says(speech.help)
    for label in at.buttons():
        at.says(label)
    assert open_titles() == []  # the last of them cleared


@everybody
def test_a_question_is_answered_by_typing_what_its_buttons_say(at: Line, speech: Speech) -> None:
    at.says("1\n2\n3\n4")
    at.says(speech.clear)
    yes, no = at.buttons()
    at.says(no)
    assert len(open_titles()) == 4
    at.says(speech.clear)
    at.says(yes)
    assert open_titles() == []


@everybody
def test_a_group_is_answered_in_the_language_of_its_first_line(at: Line, speech: Speech) -> None:
    assert at.says(speech.group, chat=FAMILY).startswith(speech.added)


@everybody
def test_a_groups_other_talk_is_not_listened_to(at: Line, speech: Speech) -> None:
    talk = speech.group.replace(" ", "")
    assert at.says(talk, chat=FAMILY) == at.says(speech.milk, chat=FAMILY) == ""


@everybody
def test_families_mix_languages(at: Line, speech: Speech) -> None:
    at.answer_to(text("milk"), text("パン"))
    at.says(speech.clear)
    assert open_titles() == []


@pytest.mark.parametrize("word", ["完成", "復原室", "文字", "卡片", "待辦", "งาน", "ทำ", "การ์ด", "ยกเลิก"])
def test_a_word_of_every_day_is_a_task(line: Line, word: str) -> None:
    line.says(word)
    assert open_titles() == [word]


@pytest.mark.parametrize(
    ("tag", "heading"),
    [("zh-TW,zh;q=0.9", "登入"), ("zh-CN", "登入"), ("th-TH,th;q=0.9", "เข้าสู่ระบบ"), ("fr", "ログイン")],
)
def test_the_operators_page_is_in_the_browsers_language(db: None, tag: str, heading: str) -> None:
    page = Browser().get("/admin/login/", headers={"accept-language": tag})
    assert heading in page.content.decode()
