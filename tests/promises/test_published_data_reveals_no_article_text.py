"""An outsider with public.db and the explorer gets an excerpt and a set of words of an article."""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.cli.main import cli
from crawler.explorer.datasette_app import create_explorer
from crawler.models.articles import Article, Directives
from crawler.models.posts import Author, Card, Link
from crawler.models.relations import Mention
from crawler.models.topics import Evidence, TopicScore
from crawler.settings.all_settings import Settings
from crawler.store import export_rows
from crawler.store.database import open_store
from crawler.store.item_annotations import ArticleAnnotation, save_annotations
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.store.quotation_limits import word_set
from crawler.store.taggings import save_taggings
from crawler.workspace import Workspace
from tests.store.conftest import NOW, POST, fill, read_article

RUN = 4  # consecutive words that already count as text
EXCERPT = "This excerpt is what the page itself puts on display for everybody."
VOCABULARY = [f"{a}{b}{c}um" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdgkmnpr"]


def words_of_article(seed: int) -> list[str]:
    """400 words of an article; the seed decides their order and how often each occurs."""
    generator = random.Random(seed)
    vocabulary = VOCABULARY[:200]
    words = [*vocabulary, *generator.choices(vocabulary, k=200)]
    generator.shuffle(words)
    return words


def store_article(db: Database, words: list[str], directives: Directives = Directives()) -> None:
    """Store an article with evidence, an entity, headings and link texts, and its feed entry."""
    text, alphabet = " ".join(words), sorted(set(words))
    article = Article(
        "https://a.example/leases",
        "Leases beat locks",
        text,
        description=EXCERPT,
        headings=(" ".join(words[5:12]),),
        content_hash=text[:20],
        word_count=len(words),
        links=(Link("https://papers.example/x", " ".join(words[20:30])),),
        directives=directives,
    )
    read_article(db, 1, article)
    sentence, opening = " ".join(words[40:60]), " ".join(words[:100])
    db.execute("INSERT INTO entities (slug, name, kind) VALUES ('kafka', 'Kafka', 'system')")
    db.execute("INSERT INTO article_entities VALUES (1, 1, ?, ?)", [sentence, text.index(sentence)])
    db.execute("INSERT INTO related_articles VALUES (1, 2, 0.5, ?)", [f"words: {alphabet[7]}"])
    quotes = sorted([(alphabet[3], 0.9), (alphabet[9], 0.5)], key=lambda q: text.index(q[0]))
    evidence = [Evidence("text", quote, text.index(quote), "strong", w) for quote, w in quotes]
    save_taggings(
        db, [(("article", 1), [TopicScore("leases", 2.5, "certain", tuple(evidence))])], "m", "v1"
    )
    entry = replace(
        POST,
        network="feed",
        uri="https://a.example/leases#entry",
        text=f"Leases beat locks\n\n{opening}",
        author=Author("feed", "a.example", "A blog"),
        cards=(Card("Leases beat locks", EXCERPT, "A", "https://a.example/leases"),),
    )
    save_posts(db, "feed", [entry], NOW)
    db.execute("UPDATE links SET article_id = 1 WHERE url = 'https://a.example/leases'")


def published(folder: Path, words: list[str], directives: Directives = Directives()) -> Path:
    """Return the snapshot of a library with that article, in a separate workspace."""
    state = folder / "data" / "state"
    db = fill(open_store(state / "hashtrail.db"))
    db.execute("INSERT INTO articles (url, key, host, first_seen) VALUES ('u', 'u', 'h', 'x')")
    store_article(db, words, directives)
    path = write_snapshot(db, state / "public.db")
    db.close()
    return path


def runs_of_text(words: list[str], found: str) -> list[str]:
    """Return the runs of `RUN` consecutive words of the text that occur in `found`."""
    folded = " ".join(re.findall(r"[a-z]+", found.lower()))
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return [run for run in runs if run in folded]


def test_word_order_and_frequency_change_no_byte_of_the_snapshot(tmp_path: Path) -> None:
    snapshots = [published(tmp_path / str(seed), words_of_article(seed)) for seed in (1, 2)]
    assert snapshots[0].read_bytes() == snapshots[1].read_bytes()


@pytest.mark.parametrize("directive", ["noindex", "nosnippet", "noarchive"])
def test_no_word_of_a_page_that_opts_out_changes_the_snapshot(
    tmp_path: Path, directive: str
) -> None:
    directives = Directives(**{directive: True})
    others = [word.replace("um", "ix") for word in words_of_article(1)]
    first = published(tmp_path / "a", words_of_article(1), directives)
    second = published(tmp_path / "b", others, directives)
    assert first.read_bytes() == second.read_bytes()
    assert EXCERPT.encode() not in first.read_bytes()


def test_no_run_of_words_is_in_the_bytes_or_cells_of_the_snapshot(tmp_path: Path) -> None:
    words = words_of_article(1)
    path = published(tmp_path, words)
    assert runs_of_text(words, path.read_bytes().decode("latin-1")) == []
    with closing(sqlite3.connect(path)) as public:
        tables = [row[0] for row in public.execute("SELECT name FROM sqlite_master WHERE rootpage")]
        for table in tables:
            if not table.startswith(("public_", "sqlite_autoindex")) and "_by_" not in table:
                try:
                    rows = public.execute(f"SELECT * FROM {table}").fetchall()
                except sqlite3.OperationalError:  # an index
                    continue
                assert runs_of_text(words, repr(rows)) == [], table


def test_vocabulary_with_positions_rebuilds_no_text(tmp_path: Path) -> None:
    words = words_of_article(1)
    with closing(sqlite3.connect(published(tmp_path, words))) as public:
        public.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, articles_fts, instance)")
        rows = public.execute("SELECT term FROM temp.v WHERE col = 'text' ORDER BY doc, offset")
        rebuilt = [row[0] for row in rows]
    assert rebuilt == sorted(set(rebuilt))
    assert len(rebuilt) == 200
    assert runs_of_text(words, " ".join(rebuilt)) == []


def test_phrase_and_near_queries_do_not_reveal_the_order(tmp_path: Path) -> None:
    words = words_of_article(1)
    pairs = [pair for pair in pairwise(words) if pair[0] != pair[1]][:150]
    alphabet = sorted(set(words))
    adjacent = set(pairwise(alphabet))
    with closing(sqlite3.connect(published(tmp_path, words))) as public:
        for pair in pairs:
            for query in (f'"{pair[0]} {pair[1]}"', f'text : "{pair[0]} {pair[1]}"'):
                found = public.execute(
                    "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", [query]
                ).fetchall()
                assert bool(found) == (pair in adjacent)


UNSPACED = (
    "กขคงจ",
    "ກຂຄງຈ",
    "ཀཁགངཅ",
    "ကခဂဃင",
    "កខគឃង",
    "ᥐᥑᥒᥓᥔ",
    "ᦀᦁᦂᦃᦄ",
    "ᨠᨡᨢᨣᨤ",
    "ᬓᬔᬕᬖᬗ",
    "あいうえお",
    "アイウエオ",
    "ㄅㄆㄇㄈㄉ",
    "ｱｲｳｴｵ",
    "中文没有空",
    "ꀀꀁꀂꀃꀄ",
    "ꦏꦐꦑꦒꦓ",
    "𗀀𗀁𗀂𗀃𗀄",
    "𛅰𛅱𛅲𛅳𛅴",
    "𠀀𠀁𠀂𠀃𠀄",
    "𰀀𰀁𰀂𰀃𰀄",
)


@pytest.mark.parametrize("script", UNSPACED)
def test_script_without_spaces_is_published_as_characters(script: str) -> None:
    words = word_set(f"{script[::-1]}{script} and {script[2:]}").split()
    assert max(len(word) for word in words if word != "and") == 1


def test_search_still_finds_each_word_and_phrases_of_title_and_excerpt(tmp_path: Path) -> None:
    words = words_of_article(1)
    with closing(sqlite3.connect(published(tmp_path, words))) as public:
        for query in (words[0], f"{words[3]} {words[300]}", '"leases beat"', '"page itself puts"'):
            found = public.execute(
                "SELECT rowid, rank FROM articles_fts WHERE articles_fts MATCH ?", [query]
            ).fetchall()
            assert [row[0] for row in found] == [1]


ATTACKS = (
    "select id, hex(block) from articles_fts_data",
    "select * from articles_fts_idx",
    "select id, hex(sz) from articles_fts_docsize",
    "select * from articles_fts_content",
    "select hex(block) from posts_fts_data",
    "select snippet(articles_fts, -1, '', '', '', 64) from articles_fts"
    " where articles_fts match 'text : babum'",
    "select highlight(articles_fts, 2, '[', ']') from articles_fts"
    " where articles_fts match 'babum'",
    (
        "select bm25(articles_fts), rank, * from articles_fts where articles_fts match "
        "'babum OR bebum'"
    ),
    "select * from articles_fts",
    "select text, headings, summary, content_hash, fingerprint from articles",
    "select quote, start from evidence",
    "select sentence, start from article_entities",
    "select url, shown from article_links",
    "select title, description from cards",
    "select text from posts",
    "select text from shares",
    "select hex(vector), digest from article_vectors",
    "select reason from related_articles",
    "select * from sqlite_stat1",
)


def shown_cells(path: Path) -> str:
    """All cells of a snapshot, except the words for searching."""
    with closing(sqlite3.connect(path)) as public:
        names = public.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        tables = [name for (name,) in names.fetchall() if "_fts" not in name]
        return repr([public.execute(f"SELECT * FROM {name}").fetchall() for name in tables])


@pytest.mark.parametrize("titled", [True, False])
def test_feeds_add_no_passages_to_the_excerpt(tmp_path: Path, titled: bool) -> None:
    words = words_of_article(1)
    path = published(tmp_path, words)
    db = open_store(path.with_name("hashtrail.db"))
    for at in (0, 100, 200):
        passage = " ".join(words[at : at + 50])
        title = ("Leases beat locks",) if titled else ()
        cards = tuple(Card(each, passage, "A", "https://a.example/leases") for each in title)
        entry = replace(
            POST,
            network="feed",
            uri=f"feed:{at}",
            text="\n\n".join((*title, passage)),
            author=Author("feed", f"f{at}.example", "A feed"),
            cards=cards,
        )
        save_posts(db, "feed", [entry], NOW)
        db.execute("UPDATE links SET article_id = 1 WHERE url = 'https://a.example/leases'")
    db.conn.commit()
    exported = repr([*export_rows.article_rows(db), *export_rows.post_rows(db)])
    assert runs_of_text(words, shown_cells(write_snapshot(db, path))) == []
    assert runs_of_text(words, exported) == []
    assert EXCERPT in exported


def test_evidence_on_a_feed_entry_quotes_only_its_title(tmp_path: Path) -> None:
    words = words_of_article(1)
    path = published(tmp_path, words)
    db = open_store(path.with_name("hashtrail.db"))
    post = db.execute("SELECT id FROM posts WHERE network = 'feed'").fetchone()[0]
    inside = Evidence("text", " ".join(words[2:7]), 50, "strong", 0.5)
    shown = Evidence("text", "locks", 12, "strong", 0.5)
    score = TopicScore("leases", 1.0, "certain", (shown, inside))
    save_taggings(db, [(("post", post), [score])], "m", "v1")
    with closing(sqlite3.connect(write_snapshot(db, path))) as public:
        rows = public.execute(
            "SELECT quote, start FROM evidence JOIN taggings t ON t.id = tagging_id"
            " WHERE subject_kind = 'post' AND subject_id = ? ORDER BY quote",
            [post],
        ).fetchall()
    assert rows == [("", 0), ("locks", 12)]


def test_entities_do_not_reveal_the_order_of_the_text(tmp_path: Path) -> None:
    shown = []
    for turn, order in enumerate(([0, 1, 2], [2, 0, 1])):
        path = published(tmp_path / str(turn), words_of_article(1))
        db = open_store(path.with_name("hashtrail.db"))
        names = [Mention(f"s{n}", f"System {n}", "system", "", at) for at, n in enumerate(order)]
        save_annotations(db, [ArticleAnnotation(1, mentions=tuple(names))])
        with closing(sqlite3.connect(write_snapshot(db, path))) as public:
            shown.append(public.execute("SELECT * FROM entities").fetchall())
    assert shown[0] == shown[1]
    assert [row[1] for row in shown[0]] == ["s0", "s1", "s2"]


@pytest.mark.parametrize("column", ["hidden = 1", "directives = '{\"nosnippet\":true}'"])
def test_entities_of_withheld_articles_are_not_listed(tmp_path: Path, column: str) -> None:
    path = published(tmp_path, words_of_article(1))
    db = open_store(path.with_name("hashtrail.db"))
    db.execute(f"UPDATE articles SET {column} WHERE id = 1")
    db.conn.commit()
    assert "Kafka" not in shown_cells(write_snapshot(db, path))


def test_sql_over_http_returns_no_run_of_words(tmp_path: Path) -> None:
    words = words_of_article(1)
    published(tmp_path, words)
    explorer = create_explorer(Workspace(tmp_path, Settings()))

    async def attack() -> None:
        await explorer.invoke_startup()
        for sql in ATTACKS:
            path = "/public.json?" + urlencode({"sql": sql, "_shape": "array"})
            answer = await explorer.client.get(path)
            text = answer.text
            if answer.status_code == 200:
                text += " ".join(_decoded(value) for row in answer.json() for value in row.values())
            assert runs_of_text(words, text) == [], sql

    asyncio.run(attack())


def _decoded(value: Any) -> str:
    try:
        return bytes.fromhex(value).decode("latin-1")
    except (TypeError, ValueError):
        return ""


def test_export_holds_the_excerpt_and_no_text(tmp_path: Path) -> None:
    words = words_of_article(1)
    published(tmp_path, words)
    (tmp_path / "data" / "hashtrail.toml").touch()
    for form in ("jsonl", "csv", "markdown"):
        arguments = ["--workspace", str(tmp_path), "export", "--format", form]
        out = CliRunner().invoke(cli, arguments, catch_exceptions=False).stdout
        assert runs_of_text(words, out) == []
        assert EXCERPT[:30] in out
        if form == "jsonl":
            assert {"text", "headings"}.isdisjoint(json.loads(out.splitlines()[0]))
