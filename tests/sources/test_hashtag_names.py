"""Hashtags that a network lists without accents keep the spelling of the text."""

from __future__ import annotations

import json

import pytest

from crawler.sources.formats.hashtag_names import spelled_hashtags
from tests.sources.recorded import answer, answers, source

PAGE = "https://social.example/api/v1/timelines/tag/DistributedSystems?limit=40"


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("fiabilite", "Fiabilité"),
        ("sredniaZlozonosc", "ŚredniaZłożoność"),
        ("isletimsistemi", "İşletimSistemi"),
        ("olcutler", "Ölçütler"),
        ("malware", "Ｍａｌｗａｒｅ"),
        ("dongke", "đồngkê"),
        ("grosse", "Größe"),
        ("große", "Größe"),
        ("συστηματα", "Συστήματα"),
        ("nettoverk", "Nettøverk"),
    ],
)
def test_listed_name_without_accents_is_the_hashtag_of_the_text(listed: str, written: str) -> None:
    assert spelled_hashtags([listed], [written]) == (written,)


def test_hashtags_with_other_letters_stay_separate() -> None:
    assert spelled_hashtags(["かき", "raft"], ["がき", "мой", "мои"]) == (
        "かき", "raft", "がき", "мой", "мои",
    )  # fmt: skip


def test_status_has_each_hashtag_once_in_the_order_of_its_tags() -> None:
    status = json.loads(answers("mastodon")[PAGE].body)[0] | {
        "content": "<p>#Réplication #DistributedSystems</p>",
        "tags": [{"name": "distributedsystems"}, {"name": "replication"}],
    }
    batch = source("mastodon").parse_response(answer(PAGE, json.dumps([status]).encode()), None)
    assert batch.posts[0].hashtags == ("DistributedSystems", "Réplication")
