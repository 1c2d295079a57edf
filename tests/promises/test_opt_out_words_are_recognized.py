"""Opt-out words in profiles: recognized in every spelling, and not in ordinary bios."""

from __future__ import annotations

import pytest

from crawler.consent.opt_out_phrases import find_opt_out

OPT_OUTS = [
    "#nobot", "# nobot", "＃nobot", "#NoBots", "#no-bot", "#no_bot", "#no.bot", "#nobot_",
    "#NOBOT!", "#nobot,#noindex", "#noindex", "#NoIndexing", "#noarchive", "#nosearch", "#NoAI",
    "#NoAITraining", "#NoScrape", "#NoScraping", "#NoML", "#n0bot", "#nоbоt", "#ΝΟΒΟΤ",
    "#no\u200bbot", "#nobot\u2069", "#𝗻𝗼𝗯𝗼𝘁", "#ɴᴏʙᴏᴛ", "𝐍𝐨 𝐛𝐨𝐭𝐬", "ＮＯ　ＢＯＴＳ", "n͟o͟ ͟b͟o͟t͟s͟",
    "Ada #nobot", "Ada (nobot)", "no bots please", "Engineer. No bots.",
    "she/her | no bots | Berlin", "no-bots", "Please don't scrape my posts!",
    "I do not consent to AI training", "keine Bots", "Keine Bots, bitte!", "Pas de bots, merci",
    "Sin bots, por favor", "Sem bots", "Niente bot, grazie", "Geen bots", "Inga bottar",
    "Ei botteja", "Żadnych botów", "Žádní boti", "Без ботов", "Без ботів", "bot yok",
    "ボット禁止です", "禁止爬虫", "봇 금지", "bots: no", "Bots: nein", "AI training: no thanks",
    "Search engines = ❌", "Indexing: not allowed", "#NoTrain", "#OptOut", "#NoAutomation",
    "🚫🤖", "🚫 🤖", "🤖❌", "no 🤖", "no🤖 please", "⛔️🤖", "Opted out of search",
    "not searchable, please", "Do not archive or index!", "Do not collect.",
    "Don't feed me to AI", "検索避け", "botすんな", "无机器人",
]  # fmt: skip
ORDINARY = [
    "I build bots and crawlers for a living", "No bots were harmed in the making of this bio",
    "Raft, Paxos, no sleep", "bots: yes", "AI: yes", "I write about search engines and indexing",
    "I index databases. Do not index JSON columns without thinking", "Robotics & AI",
    "#bot #ai #index", "#NoSQL #nobody #notebook", "#NoEstimates", "#Nobotic",
    "Distributed systems, no BS", "archive: https://example.org/archive", "Bot: @mybot",
    "languages: no, sv, da", "pronouns: he/him", "index: 42", "Ask me about bots. No, really.",
    "I train ML models", "email: no", "no", "", "There is no bot like my bot",
    "We crawl the web so you do not have to", "No robots.txt expert", "Scraping by since 1999",
    "Kein Kaffee, kein Code", "Sin azúcar", "Pas de panique", "I love 🤖 and 🚫 meetings",
    "🤖 builder", "PDFs are not searchable, so I wrote a parser",
]  # fmt: skip


@pytest.mark.parametrize("words", OPT_OUTS)
def test_bio_with_opt_out_words_is_an_opt_out(words: str) -> None:
    assert find_opt_out([words])
    assert find_opt_out([f"Writes about systems.\n{words}\nBerlin"])


@pytest.mark.parametrize("words", ORDINARY)
def test_ordinary_bio_is_not_an_opt_out(words: str) -> None:
    assert find_opt_out([words]) == ""


@pytest.mark.parametrize(
    "field",
    [
        ("bots", "no"),
        ("Bots", "❌"),
        ("#nobot", ""),
        ("Note", "#nobot"),
        ("Crawler", "nicht erlaubt"),
    ],
)
def test_profile_field_opts_out(field: tuple[str, str]) -> None:
    assert find_opt_out(["Writes about systems"], [field])


def test_profile_of_a_megabyte_is_read_in_linear_time() -> None:
    long = "please " * 100_000 + "#" * 100_000 + "no-" * 100_000
    assert find_opt_out([long], [(long, long)]) == ""
