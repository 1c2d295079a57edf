"""A retag of the texts with changed phrases gives the same rows as a retag of every text."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlite_utils import Database

from crawler.crawl.annotate_and_rank import AnnotationReport, annotate_pending, retag
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.store.database import open_memory, transaction
from crawler.workspace import Workspace

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
WORDS = ["cache", "event", "log", "stream", "Raft", "RAFT", "queue", "shard", "lease", "mesh"]
PLAIN = ["the", "of", "a", "server", "code", "lunch", "garden", "with"]
TOPICS = ["caching", "streaming", "consensus", "sharding", "queues", "broad"]
RULES = ["strong", "contextual", "weak", "not_this", "hashtags"]
EXTRA = {
    "topics/_field_words.txt": "server\ncode\n",
    "topics/_required_context.tsv": "mesh\tqueues\tserver\tAmbiguous.\n",
    "generated/topic_weights.tsv": "caching\ttitle\tgarden\t0.30\n",
}


class Editor:
    """Writes topic files and edits them at random."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.broader: dict[str, str] = {"caching": "broad"}
        self.phrases: dict[tuple[str, str], list[str]] = {
            (topic, rule): self._new(chance.randint(1, 5)) for topic in TOPICS for rule in RULES
        }
        for name, content in EXTRA.items():
            (folder.parent / name).write_text(content)
        self.write()

    def _new(self, count: int) -> list[str]:
        return [
            " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 3))) for _ in range(count)
        ]

    def write(self) -> None:
        for topic in TOPICS:
            lines = [f'label = "{topic}"', 'definition = "A topic of the test."']
            if topic in self.broader:
                lines.append(f'broader = "{self.broader[topic]}"')
            for rule in RULES:
                quoted = [f'"{phrase}"' for phrase in self._written(topic, rule)]
                lines.append(f"{rule} = [{', '.join(quoted)}]")
            (self.folder / f"{topic}.toml").write_text("\n".join(lines))

    def _written(self, topic: str, rule: str) -> Iterable[str]:
        for phrase in dict.fromkeys(self.phrases[topic, rule]):
            yield phrase.replace(" ", "") if rule == "hashtags" else phrase

    def edit_phrases(self) -> None:
        """Add, remove or move one phrase."""
        place = self.chance.choice([*self.phrases])
        kind = self.chance.choice(["add", "remove", "move", "shuffle"])
        listed = self.phrases[place]
        if kind == "add" or not listed:
            listed += self._new(1)
        elif kind == "remove":
            listed.pop(self.chance.randrange(len(listed)))
        elif kind == "move":
            phrase = listed.pop(self.chance.randrange(len(listed)))
            self.phrases[self.chance.choice([*self.phrases])].append(phrase)
        else:
            self.chance.shuffle(listed)
        self.write()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path, Settings())
    workspace.topics.mkdir(parents=True)
    workspace.generated.mkdir()
    return workspace


@pytest.fixture
def run_log(tmp_path: Path) -> RunLog:
    return RunLog(tmp_path / "logs", "test", lambda: NOW, console=Console(file=io.StringIO()))


def _text(chance: random.Random, length: int) -> str:
    words = chance.choices([*WORDS, *PLAIN], k=length)
    words = [word + chance.choice(["", "", "", ".", "s", "-", " #tag"]) for word in words]
    text = " ".join(words).replace("- ", "-")
    return re.sub(r"event (?=log|stream|queue)", chance.choice(["event ", "event"]), text)


def _fill(db: Database, chance: random.Random, count: int = 40) -> None:
    for number in range(1, count + 1):
        address = f"blog.example/{'-'.join(chance.choices(WORDS, k=3)).lower()}-{number}"
        db.execute(
            "INSERT INTO articles (id, url, key, host, title, text, headings, word_count, state, "
            "first_seen) VALUES (?, ?, ?, 'blog.example', ?, ?, ?, 9, 'ok', "
            "'2026-06-01T00:00:00Z')",
            [
                number,
                f"https://{address}",
                address,
                _text(chance, 4),
                _text(chance, chance.choice([0, 8, 60, 700])),
                json.dumps([_text(chance, 3) for _ in range(chance.choice([0, 2]))]),
            ],
        )
        db.execute(
            "INSERT INTO posts (id, source, network, uri, url, text, seen_at, published) "
            "VALUES (?, 's', 'n', ?, ?, ?, '2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z')",
            [number, *[f"https://social.example/{number}"] * 2, _text(chance, 10)],
        )
        tag = "".join(chance.choices(WORDS, k=chance.randint(1, 2)))
        db.execute("INSERT INTO post_hashtags VALUES (?, ?, ?)", [number, tag.lower(), tag])
        db.execute(
            "INSERT INTO links (post_id, url, origin, position, article_id) "
            "VALUES (?, ?, 'body', 0, ?)",
            [number, f"https://{address}", number],
        )
    db.conn.commit()


def _rows(db: Database) -> list[tuple[object, ...]]:
    return db.execute(
        "SELECT t.subject_kind, t.subject_id, t.topic, t.score, t.confidence, e.field, e.quote, "
        "e.start, e.rule, e.weight, e.times, e.sentence FROM taggings t "
        "JOIN evidence e ON e.tagging_id = t.id "
        "ORDER BY t.subject_kind, t.subject_id, t.topic, e.id"
    ).fetchall()


def _derived_from_all(db: Database) -> list[list[tuple[object, ...]]]:
    """The ranks, stories and relations."""
    queries = (
        "SELECT id, rank FROM articles ORDER BY id",
        "SELECT s.lead_article_id, s.reason, a.id FROM stories s "
        "JOIN articles a ON a.story_id = s.id ORDER BY 1, 3",
        "SELECT article_id, other_id, score, reason FROM related_articles ORDER BY 1, 2",
    )
    return [db.execute(query).fetchall() for query in queries]


def _copy(db: Database) -> Database:
    """A copy in which all stories and relations must be derived again."""
    copy = open_memory()
    db.conn.backup(copy.conn)
    with transaction(copy):
        copy.conn.execute("DELETE FROM derivation_versions WHERE name LIKE 'input:%'")
    return copy


def _retag_both(
    db: Database, workspace: Workspace, run_log: RunLog
) -> tuple[AnnotationReport, AnnotationReport]:
    """Retag the changed texts of `db` and every text of a copy; compare the rows."""
    copy = _copy(db)
    report = retag(db, workspace, run_log, NOW)
    every = retag(copy, workspace, run_log, NOW, every_text=True)
    assert _rows(db) == _rows(copy)
    assert _derived_from_all(db) == _derived_from_all(copy)
    assert sorted(report.diff.gained) == sorted(every.diff.gained)
    assert sorted(report.diff.lost) == sorted(every.diff.lost)
    assert sorted(report.diff.changed) == sorted(every.diff.changed)
    return report, every


@pytest.mark.parametrize("seed", range(6))
def test_random_phrase_edits_give_the_rows_of_a_full_retag(
    seed: int, workspace: Workspace, run_log: RunLog
) -> None:
    chance = random.Random(seed)
    db = open_memory()
    _fill(db, chance)
    editor = Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    tagged = 0
    for _ in range(8):
        editor.edit_phrases()
        report, every = _retag_both(db, workspace, run_log)
        tagged += report.articles + report.posts
        assert every.articles + every.posts == 80
    assert tagged < 8 * 80


@pytest.mark.parametrize("change", ["parent", *EXTRA])
def test_changed_settings_retag_every_text(
    change: str, workspace: Workspace, run_log: RunLog
) -> None:
    chance = random.Random(1)
    db = open_memory()
    _fill(db, chance, 12)
    editor = Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    if change == "parent":
        editor.broader["queues"] = "streaming"
        editor.write()
    else:
        path = workspace.data / change
        path.write_text(
            re.sub(
                r"server|0\.30", "code" if "0.30" not in EXTRA[change] else "0.50", path.read_text()
            )
        )
    report, _ = _retag_both(db, workspace, run_log)
    assert (report.articles, report.posts) == (12, 12)


def test_changed_label_retags_no_text(workspace: Workspace, run_log: RunLog) -> None:
    chance = random.Random(2)
    db = open_memory()
    _fill(db, chance, 12)
    Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    path = workspace.topics / "caching.toml"
    path.write_text(path.read_text().replace('label = "caching"', 'label = "Caches"'))
    report, _ = _retag_both(db, workspace, run_log)
    assert (report.articles, report.posts) == (0, 0)


def test_interrupted_retag_is_completed_by_the_next_run(
    workspace: Workspace, run_log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    db = open_memory()
    _fill(db, chance)
    editor = Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    editor.phrases["sharding", "strong"].append("server")
    editor.write()
    copy = _copy(db)
    with monkeypatch.context() as patch:
        patch.setattr("crawler.crawl.annotate_and_rank.save_taggings", lambda *_: 1 / 0)
        patch.setattr("crawler.crawl.annotate_and_rank.apply_decisions", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            retag(db, workspace, run_log, NOW)
    annotate_pending(db, workspace, run_log, NOW)
    retag(copy, workspace, run_log, NOW, every_text=True)
    assert _rows(db) == _rows(copy)
    assert "sharding" in {row[2] for row in _rows(db)}


def test_edit_that_concerns_very_many_texts_retags_every_text(
    workspace: Workspace, run_log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(4)
    db = open_memory()
    _fill(db, chance, 12)
    editor = Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    editor.phrases["sharding", "strong"].append("server")
    editor.write()
    monkeypatch.setattr("crawler.crawl.retag_selection.MOST_SELECTED", 1)
    report, _ = _retag_both(db, workspace, run_log)
    assert (report.articles, report.posts) == (12, 12)


def test_changed_phrase_has_only_the_topics_derived_again(
    workspace: Workspace, run_log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    db = open_memory()
    _fill(db, chance, 12)
    editor = Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    editor.phrases["sharding", "strong"].append("server")
    editor.write()
    for name in ("find_mentions", "classify_kind", "make_excerpt"):
        monkeypatch.setattr(f"crawler.crawl.annotate_item.{name}", lambda *_: 1 / 0)
    report = retag(db, workspace, run_log, NOW)
    assert report.failures == ()
    assert report.articles > 0
    assert db.execute("SELECT DISTINCT annotated FROM articles").fetchall() == [("yes",)]


def test_equal_profiles_have_no_relation_derived_again(
    workspace: Workspace, run_log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(6)
    db = open_memory()
    _fill(db, chance, 12)
    Editor(workspace.topics, chance)
    annotate_pending(db, workspace, run_log, NOW)
    monkeypatch.setattr("crawler.crawl.relate_all.Comparison", lambda *_: 1 / 0)
    assert annotate_pending(db, workspace, run_log, NOW).failures == ()

    db.execute("UPDATE articles SET title = 'Another title' WHERE id = 1")
    (failure,) = annotate_pending(db, workspace, run_log, NOW).failures
    assert failure.url == "relations"
