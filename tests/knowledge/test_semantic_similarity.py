"""Semantic similarity with a model of a dozen words: words of one direction have one meaning."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.crawl.rank_and_relate import rank_and_relate
from crawler.errors import ConfigurationError
from crawler.explorer.datasette_app import create_explorer
from crawler.knowledge.semantic_similarity import (
    REASON,
    EmbeddingModel,
    cosine_similarity,
    load_model,
    merge_relations,
    relate_by_meaning,
)
from crawler.models.relations import Relation
from crawler.settings.all_settings import Settings
from crawler.settings.semantic import SemanticSettings
from crawler.store.changed_items import mark_everything_changed
from crawler.store.database import open_store, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import Workspace

MEANINGS = {
    "lock": (1, 0, 0),
    "lease": (0.9, 0.1, 0),
    "mutex": (1, 0.05, 0),
    "queue": (0, 1, 0),
    "broker": (0, 0.9, 0.1),
    "invoice": (0, 0, 1),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model on disk."""
    numpy = pytest.importorskip("numpy")
    model2vec = pytest.importorskip(
        "model2vec", reason="model2vec is not installed; it comes with the extra `semantic`"
    )
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(
        WordLevel(
            {"[UNK]": 0} | {word: place for place, word in enumerate(MEANINGS, 1)},
            unk_token="[UNK]",
        )
    )
    tokenizer.pre_tokenizer = Whitespace()
    vectors = numpy.array([(0, 0, 0), *MEANINGS.values()], dtype="float32")
    where = tmp_path_factory.mktemp("model")
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(where)
    return where


@pytest.fixture
def workspace(tmp_path: Path, folder: Path) -> Iterator[Workspace]:
    here = Workspace(tmp_path, Settings(semantic=SemanticSettings(str(folder))))
    db = open_store(here.database)
    with transaction(db):
        for number, title in enumerate(("lock", "mutex", "queue", "invoice"), 1):
            db.execute(
                "INSERT INTO articles (id, url, key, host, title, first_seen) "
                "VALUES (?, ?, ?, 'a.example', ?, '2026-06-01T00:00:00Z')",
                [number, f"https://a.example/{number}", f"a.example/{number}", title],
            )
    rank_and_relate(db, load_model(here))
    write_snapshot(db, here.public_database)
    yield here
    db.close()


def test_vectors_have_length_one_and_unknown_words_have_cosine_zero(folder: Path) -> None:
    lock, lease, queue, unknown = EmbeddingModel.load(folder).vectors(
        ["lock", "lease", "queue", "zebra"]
    )
    assert cosine_similarity(lock, lock) == pytest.approx(1)
    assert cosine_similarity(lock, lease) > 0.9 > 0.1 > cosine_similarity(lock, queue)
    assert cosine_similarity(unknown, lock) == 0


def test_similar_articles_are_related_in_both_directions_with_reason(folder: Path) -> None:
    made = EmbeddingModel.load(folder).vectors(["lock", "mutex", "queue", "invoice"])
    relations = relate_by_meaning(dict(enumerate(made, 1)))
    assert [(each.article_id, each.other_id, each.reason) for each in relations] == [
        (1, 2, REASON),
        (2, 1, REASON),
    ]
    assert relate_by_meaning({}) == []


def test_lexical_and_semantic_relations_are_merged() -> None:
    lexical = [Relation(1, 2, 0.5, "both about caching")]
    semantic = [Relation(1, 2, 0.9, REASON), Relation(1, 3, 0.8, REASON)]
    assert merge_relations(lexical, semantic) == [
        Relation(1, 2, 0.5, f"both about caching; {REASON}"),
        Relation(1, 3, 0.8, REASON),
    ]
    assert merge_relations(lexical, []) == lexical


def test_relations_by_meaning_disappear_without_a_model(workspace: Workspace) -> None:
    db = open_store(workspace.database)
    assert db.execute(
        "SELECT article_id, other_id, reason FROM related_articles ORDER BY 1"
    ).fetchall() == [
        (1, 2, REASON),
        (2, 1, REASON),
    ]
    before = db.conn.total_changes
    rank_and_relate(db, load_model(workspace))
    assert db.conn.total_changes == before
    mark_everything_changed(db, "article")
    rank_and_relate(db)
    for table in ("related_articles", "article_vectors"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_explorer_searches_by_meaning_with_a_model(workspace: Workspace) -> None:
    async def ask() -> tuple[list[dict[str, object]], str]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        answer = await explorer.client.get("/public/semantic_search.json?_shape=array&words=lease")
        return answer.json(), (await explorer.client.get("/-/metadata.json")).text

    rows, log = asyncio.run(ask())
    assert [row["title"] for row in rows[:2]] == ["mutex", "lock"]
    assert workspace.settings.semantic.model not in log


def test_explorer_without_model_has_no_semantic_query(tmp_path: Path) -> None:
    here = Workspace(tmp_path, Settings())
    open_store(here.public_database).close()
    assert load_model(here) is None
    assert (
        "semantic_search" not in create_explorer(here).metadata("hashtrail")["queries"].__repr__()
    )


def test_folder_without_a_model_raises_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"config\.json is missing"):
        load_model(Workspace(tmp_path, Settings(semantic=SemanticSettings("nowhere"))))


def test_missing_extra_raises_configuration_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(ConfigurationError, match=r"hashtrail\[semantic\]"):
        EmbeddingModel.load(folder)


def test_damaged_model_raises_configuration_error(tmp_path: Path) -> None:
    pytest.importorskip(
        "model2vec", reason="model2vec is not installed; it comes with the extra `semantic`"
    )
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"\0nothing of the kind")
    with pytest.raises(ConfigurationError, match="cannot read"):
        EmbeddingModel.load(tmp_path)
