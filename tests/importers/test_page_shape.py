"""Copied LinkedIn pages in languages without rows in the table are read by their shape."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.posts import Post
from tests.importers.copied_pages import NOW


class Words(NamedTuple):
    """The words of the page in one language."""

    marker: str
    degrees: tuple[str, str]
    age: str
    follow: str
    more: str
    others: str
    counters: tuple[str, str]
    buttons: tuple[str, ...]


# Words of languages that the table lacks. The shape decides, not the words.
LANGUAGES = {
    "Arabic": Words(
        "منشور رقم {}", ("• 1", "• 2"), "4 أيام • معدل •", "تابع", "…أكثر", "منى و11 آخرون",
        ("12", "3 تعليقات"), ("أعجبني", "علق", "أعد النشر", "أرسل"),
    ),
    "Croatian": Words(
        "Objava u sažetku br. {}", ("• 1.", "• 2."), "4 dana • Uređeno •", "Prati", "…više",
        "Iva Babić i još 11", ("12", "3 komentara"),
        ("Sviđa mi se", "Komentiraj", "Podijeli objavu", "Pošalji"),
    ),
    "Estonian": Words(
        "Voo postitus number {}", ("• 1.", "• 2."), "4 p • Muudetud •", "Jälgi", "…rohkem",
        "Mari Tamm ja 11 muud", ("12", "3 kommentaari"), ("Meeldib", "Kommenteeri", "Saada"),
    ),
    "Thai": Words(
        "โพสต์ลำดับ {}", ("• 1", "• 2"), "4 วัน • แก้ไขแล้ว •", "ติดตามเลย", "…เพิ่ม",
        "สมชาย และอีก 11 คน", ("12", "3 ความคิดเห็น"), ("ถูกใจ", "แสดงความเห็น", "โพสต์ซ้ำ", "ส่ง"),
    ),
    "Welsh": Words(
        "Post ffrwd rhif {}", ("• 1af", "• 2il"), "4 diwrnod • Golygwyd •", "Dilyn", "…rhagor",
        "Nia Rees ac 11 arall", ("12", "3 sylw"), ("Hoffi", "Rhoi sylw", "Ailbostio", "Anfon"),
    ),
}  # fmt: skip
TEXTS = (
    "A fence is a number that only grows.\n\n1. Ask\n2. Compare\n\nhttps://blog.test/fences\n\n#Raft",
    "Hints are not locks\n#DistributedSystems",
    "Retry with a budget\n\nPart one\nPart two",
)  # fmt: skip
IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", sorted(LANGUAGES))


def _page(words: Words, texts: tuple[str, ...] = TEXTS, *, is_numbered: bool = True) -> list[str]:
    lines: list[str] = []
    for number, text in enumerate(texts):
        lines += [words.marker.format(number + 3)] if is_numbered else []
        lines += [f"Author Number{chr(65 + number)}", words.degrees[number % 2]]
        lines += ["Storage at Blobs"] if number % 2 else []
        lines += [words.age, ""] + ([] if number == 1 else [words.follow, ""])
        lines += [*text.split("\n"), words.more]
        lines += [words.others, *words.counters] if number != 2 else []
        lines += words.buttons
    return lines


def _posts(lines: list[str]) -> list[Post]:
    page = "\n".join(lines).encode()
    return list(parse_file("page.txt", page, "paste", ImportOptions(NOW)).posts)


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("is_numbered", [True, False])
def test_page_in_an_unlisted_language_gives_the_texts_of_its_posts(
    language: str, is_numbered: bool
) -> None:
    posts = _posts(_page(LANGUAGES[language], is_numbered=is_numbered))
    assert [post.text for post in posts] == list(TEXTS)
    assert [post.author and post.author.name for post in posts] == [
        "Author NumberA",
        "Author NumberB",
        "Author NumberC",
    ]


@IN_EVERY_LANGUAGE
def test_name_and_degree_on_one_line_are_a_header(language: str) -> None:
    words = LANGUAGES[language]
    page = "\n".join(_page(words))
    for degree in words.degrees:
        page = page.replace(f"\n{degree}\n", f" {degree}\n")
    assert [post.text for post in _posts(page.split("\n"))] == list(TEXTS)


@IN_EVERY_LANGUAGE
def test_single_post_ends_above_its_counters(language: str) -> None:
    words = LANGUAGES[language]._replace(follow="")
    assert [post.text for post in _posts(_page(words, TEXTS[:1]))] == [TEXTS[0]]


def test_last_lines_that_an_author_repeats_stay() -> None:
    lines = []
    for number, text in enumerate(("Fences grow.", "Hints are not locks.")):
        lines += [f"Author Number{chr(65 + number)}", "• 2e", "4 d •", "", text, ""]
        lines += ["Be kind", "Stay safe", "Write tests", ""]
    assert all("Write tests" in post.text for post in _posts(lines)[-1:])


def test_degree_and_age_in_a_sentence_of_an_author_stay() -> None:
    text = "Two steps:\n• 2 phases\n3 days • 2 nights of work\nDone. #Raft"
    assert [post.text for post in _posts([text])] == [text]


@pytest.mark.parametrize(
    ("date", "age", "more"),
    [
        ("9 Şub", "5sa", "Daha fazlasını göster"),
        ("9 feb", "5 h", "Mostra altro"),
        ("9 лют.", "5 год", "Показати більше"),
        ("9. helmik.", "5 t", "Näytä lisää"),
    ],
)
def test_page_of_x_in_other_languages_keeps_the_texts_only(date: str, age: str, more: str) -> None:
    lines = ["Mina Okoye", "@mina", "·", date, "Fences grow.", "", "#Raft", "3", "12", "1.234"]
    lines += ["Jonas Lind", "@jonas", "·", age, "Hints are not locks. #Raft", more, "4"]
    posts = _posts(lines)
    assert [post.text for post in posts] == ["Fences grow.\n\n#Raft", "Hints are not locks. #Raft"]
    assert [post.author and post.author.handle for post in posts] == ["mina", "jonas"]
