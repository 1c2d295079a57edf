"""Posts are classified by all their words, together with the phrases in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics import train_post_classifier as train_post_classifier_module
from crawler.topics.evaluate import shown_topics
from crawler.topics.labelled_posts import LabelledPost, read_labelled_posts
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.post_classifier import (
    ABOUT,
    BIAS,
    CLASSIFIER_FILE,
    LISTED,
    MAIN,
    Coefficients,
    content_words,
    pairs_text,
    read_classifier,
    table_row,
)
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.topics.train_post_classifier import train_post_classifier

TOPICS = (
    Topic("caching", "Caching", "d", strong=("cache",)),
    Topic("idempotency", "Idempotency", "d", strong=("idempotent",)),
)
COEFFICIENTS = Coefficients(5.0, 2.0, -6.0, 0.0, 0.0, 2.0, 0.0, 9.0, 9.0, 0.0, 1.0)
ROWS = {
    "event": table_row(2.0, {"idempotency": 1.0}),
    "arriv": table_row(2.0, {"idempotency": 1.0}),
    "twice": table_row(3.0, {"idempotency": 2.0, "caching": -0.5}),
    "page": table_row(2.0, {"caching": 1.0, "none": 0.5}),
    "stale": table_row(3.0, {"caching": 2.0}),
    "river": table_row(3.0, {"none": 2.0, "caching": -1.0, "idempotency": -1.0}),
    "walk": table_row(3.0, {"none": 2.0, "caching": -1.0, "idempotency": -1.0}),
    "same": table_row(1.0, {}),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    biases = {"caching": -1.0, "idempotency": -1.0, "none": -1.0}
    row = pairs_text(COEFFICIENTS._asdict())
    lines = {BIAS: pairs_text(biases), LISTED: row, MAIN: row, ABOUT: row, **ROWS}
    table = tmp_path / CLASSIFIER_FILE
    rows = "".join(f"{name}\t{row}\n" for name, row in lines.items())
    table.write_text(f"# words\n{rows}", encoding="utf-8")
    return table


@pytest.fixture
def tagger(path: Path) -> Tagger:
    classifier = read_classifier(path, ["caching", "idempotency"])
    return Tagger(make_taxonomy(TOPICS), LearnedWeights(), classifier=classifier)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("The same event arrives twice.", {"idempotency"}),
        ("The page is stale, the same stale page!", {"caching"}),
        ("The same walk along the river.", set()),
        ("The same river walk, same cache.", set()),
        ("Event arrives.", set()),
        ("Das Ereignis kommt schon wieder, das gleiche event arrives twice.", set()),
    ],
)
def test_words_of_a_post_give_and_take_topics(tagger: Tagger, text: str, topics: set[str]) -> None:
    assert shown_topics(tagger.tag(Item(text=text))) == topics


def test_topic_of_words_alone_is_likely_and_quotes_the_weightiest_words(tagger: Tagger) -> None:
    (score,) = tagger.tag(Item(text="Here the same event arrives twice every day."))
    (evidence,) = score.evidence
    assert (score.confidence, evidence.rule) == ("likely", "combination")
    assert evidence.quote == "event arrives twice"
    assert score.score == evidence.weight >= 1.0


def test_topic_of_a_phrase_keeps_the_score_of_its_phrases(tagger: Tagger) -> None:
    (score,) = tagger.tag(Item(text="The cache has the same stale page."))
    assert [evidence.rule for evidence in score.evidence] == ["strong"]
    assert (score.score, score.confidence) == (1.0, "likely")


def test_main_topic_of_the_words_comes_before_a_topic_that_is_named(tagger: Tagger) -> None:
    scores = tagger.tag(Item(text="Same event arrives twice despite a cache."))
    assert [score.topic for score in scores] == ["idempotency", "caching"]


def test_words_of_an_ambiguous_phrase_do_not_count(path: Path) -> None:
    classifier = read_classifier(path, ["caching", "idempotency"])
    assert classifier is not None
    text = "The page is stale, the same page."
    plain, ambiguous = (classifier.read(text, places) for places in ({}, {"caching": [(4, 17)]}))
    assert plain is not None
    assert ambiguous is not None
    assert ambiguous.fits["caching"] < plain.fits["caching"]
    assert ambiguous.fits["idempotency"] == plain.fits["idempotency"]


@pytest.mark.parametrize("item", [Item(title="News", text="The same event arrives twice.")])
def test_text_with_a_title_is_not_classified(tagger: Tagger, item: Item) -> None:
    assert tagger.tag(item) == ()


def test_words_count_less_in_a_longer_post(tagger: Tagger) -> None:
    opening = "The same event arrives twice. "
    scores = [
        sum(score.score for score in tagger.tag(Item(text=opening + "same " * n)))
        for n in (10, 100, 120, 154)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 1.0
    assert scores[-1] == 0.0


def test_words_come_without_hashtags_urls_and_numbers_and_with_parts_of_compounds() -> None:
    text = "Re-sent 2 Events, see https://a.example/retries #Twice"
    assert [word.stem for word in content_words(text)] == ["re-sent", "re", "sent", "event", "see"]
    assert [text[word.start : word.end] for word in content_words(text)][1:3] == ["Re", "sent"]


def test_classifier_ignores_topics_that_the_taxonomy_does_not_have(path: Path) -> None:
    classifier = read_classifier(path, ["caching"])
    assert classifier is not None
    fit = classifier.read("The same event arrives twice.", {})
    assert fit is not None
    assert fit.best == ["caching"]


@pytest.mark.parametrize("topics", [[], ["gardening"]])
def test_classifier_without_a_topic_of_the_taxonomy_is_not_used(
    path: Path, topics: list[str]
) -> None:
    assert read_classifier(path, topics) is None


@pytest.mark.parametrize("line", [BIAS, LISTED, MAIN, ABOUT])
def test_table_without_biases_or_coefficients_is_reported(path: Path, line: str) -> None:
    rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith(line)]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no valid rows"):
        read_classifier(path, ["caching"])


def test_training_gives_a_table_that_knows_its_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_post_classifier_module, "_MOST_POSTS", 1.0)
    tagger = Tagger(make_taxonomy(TOPICS), LearnedWeights())
    groups = [_posts("morning", "monday"), _posts("evening", "friday")]
    lines = train_post_classifier(groups, [], tagger)
    assert lines == train_post_classifier(groups, [], tagger)
    path = tmp_path / CLASSIFIER_FILE
    path.write_text("\n".join(lines), encoding="utf-8")
    classifier = read_classifier(path, ["caching", "idempotency"])
    trained = Tagger(make_taxonomy(TOPICS), LearnedWeights(), classifier=classifier)
    assert shown_topics(trained.tag(Item(text="On tuesday the charge was sent twice."))) == {
        "idempotency"
    }
    assert shown_topics(trained.tag(Item(text="A long walk at the river with friends."))) == set()


def _posts(time: str, day: str) -> list[LabelledPost]:
    """Posts of one writer."""
    texts = {
        ("idempotency",): ("charge was sent twice", "payment was sent twice beside the cache"),
        ("caching",): ("page was stale again", "cache served a stale copy of the page"),
        (): ("walk at the river was long", "walk with friends was long"),
    }
    return [
        LabelledPost("post", topics, f"In the {time} of {day} the {text}, says writer {number}.")
        for topics, phrases in texts.items()
        for number, text in enumerate(phrases * 6)
    ]


def test_labelled_posts_have_kind_topics_text_and_accepted_topics(tmp_path: Path) -> None:
    path = tmp_path / "a1.tsv"
    path.write_text(
        "# kind\ttopics\ttext\n"
        "post\tcaching,cdn\tThe page is stale.\tdatabases\n"
        "near\t-\tA walk.\n",
        encoding="utf-8",
    )
    assert read_labelled_posts(path) == [
        LabelledPost("post", ("caching", "cdn"), "The page is stale.", frozenset({"databases"})),
        LabelledPost("near", (), "A walk."),
    ]


def test_labelled_post_without_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a1.tsv"
    path.write_text("post\tcaching\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not a kind"):
        read_labelled_posts(path)
