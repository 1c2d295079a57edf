"""Posts and articles are classified by all their words, together with the phrases in them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics import article_decision, post_decision
from crawler.topics import train_word_classifier as train_word_classifier_module
from crawler.topics.article_decision import ArticleFeatures
from crawler.topics.evaluate import shown_topics
from crawler.topics.labelled_texts import (
    LabelledArticle,
    LabelledPost,
    Labels,
    read_labelled_articles,
    read_labelled_posts,
)
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.post_decision import PostFeatures
from crawler.topics.tagger import REGRESSIONS, Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.topics.text_stems import count_stems
from crawler.topics.train_word_classifier import LabelledTexts, train_word_classifier
from crawler.topics.word_classifier import (
    BIASES,
    WordClassifier,
    pairs_text,
    read_classifier,
    table_row,
)
from crawler.topics.word_rows import CLASSIFIER_FILE

TOPICS = (
    Topic("caching", "Caching", "d", strong=("cache",)),
    Topic("idempotency", "Idempotency", "d", strong=("idempotent",)),
)
POST = PostFeatures(5.0, 2.0, -6.0, 0.0, 0.0, 2.0, 0.0, 9.0, 9.0, 0.0)._asdict() | {"bias": 1.0}
ARTICLE = ArticleFeatures(
    fit=5.0,
    lead=0.0,
    none=-2.0,
    mentions=1.0,
    opening=0.0,
    phrases=0.0,
    headings=0.0,
    length=0.0,
    title=2.0,
    first=0.0,
    score=0.0,
)._asdict() | {"bias": 0.5}
COEFFICIENTS = dict.fromkeys(post_decision.REGRESSIONS, POST) | dict.fromkeys(
    article_decision.REGRESSIONS, ARTICLE
)
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
    numbers = {name: pairs_text(values) for name, values in COEFFICIENTS.items()}
    lines = {BIASES: pairs_text(biases), **numbers, **ROWS}
    table = tmp_path / CLASSIFIER_FILE
    rows = "".join(f"{name}\t{row}\n" for name, row in lines.items())
    table.write_text(f"# words\n{rows}", encoding="utf-8")
    return table


def classifier_of(path: Path, *slugs: str) -> WordClassifier:
    classifier = read_classifier(path, _topics(*slugs), REGRESSIONS)
    assert classifier is not None
    return classifier


def _topics(*slugs: str) -> dict[str, Topic]:
    return {slug: Topic(slug, slug, "d") for slug in slugs}


@pytest.fixture
def tagger(path: Path) -> Tagger:
    classifier = classifier_of(path, "caching", "idempotency")
    return Tagger(make_taxonomy(TOPICS), LearnedWeights(), classifier=classifier)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("The same event arrives twice.", {"idempotency"}),
        ("The page is stale, the same page!", {"caching"}),
        ("The same walk along the river.", set()),
        ("The same river walk, same cache.", set()),
        ("Event arrives.", set()),
        ("Stale, stale, stale: the same twice.", set()),
        ("Das Ereignis kommt schon wieder, das gleiche event arrives twice.", set()),
    ],
)
def test_words_of_a_post_add_and_remove_topics(tagger: Tagger, text: str, topics: set[str]) -> None:
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
    classifier = classifier_of(path, "caching", "idempotency")
    text = "The page is stale, the same page."
    plain = classifier.classify(text, {})
    ambiguous = classifier.classify(text, {"caching": [(4, 17)]})
    assert plain is not None
    assert ambiguous is not None
    assert ambiguous.fits["caching"] < plain.fits["caching"]
    assert ambiguous.fits["idempotency"] == plain.fits["idempotency"]


def test_topic_with_several_phrases_stays_if_the_words_are_unrelated(path: Path) -> None:
    topics = (replace(TOPICS[0], strong=("cache", "memcached")), *TOPICS[1:])
    classifier = classifier_of(path, "caching", "idempotency")
    tagger = Tagger(make_taxonomy(topics), LearnedWeights(), classifier=classifier)
    text = "The same river walk, same cache."
    assert tagger.tag(Item(text=text)) == ()
    (score,) = tagger.tag(Item(text=f"{text} Memcached."))
    assert score.topic == "caching"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("The same walk along the river. #Caching", "weak"),
        ("The same walk along the river: https://w.example/ #Caching", "likely"),
        ("The same idempotent walk along the river. #Caching", "likely"),
        ("The same event arrives twice. #Caching", "likely"),
    ],
)
def test_topic_of_a_hashtag_is_weak_if_the_words_are_unrelated(
    path: Path, text: str, confidence: str
) -> None:
    topics = (replace(TOPICS[0], hashtags=("Caching",)), *TOPICS[1:])
    classifier = classifier_of(path, "caching", "idempotency")
    tagger = Tagger(make_taxonomy(topics), LearnedWeights(), classifier=classifier)
    scores = tagger.tag(Item(text=text, hashtags=("Caching",)))
    assert [s.confidence for s in scores if s.topic == "caching"] == [confidence]


def test_words_of_a_phrase_with_another_meaning_do_not_count(path: Path) -> None:
    topics = (replace(TOPICS[0], strong=("stale page",), not_this=("stale pages of",)), TOPICS[1])
    classifier = classifier_of(path, "caching", "idempotency")
    tagger = Tagger(make_taxonomy(topics), LearnedWeights(), classifier=classifier)
    assert shown_topics(tagger.tag(Item(text="The same stale page of a page."))) == {"caching"}
    assert tagger.tag(Item(text="The same stale pages of a book.")) == ()


def test_description_under_a_title_is_not_classified(tagger: Tagger) -> None:
    item = Item(title="News", text="The same event arrives twice.")
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
    text = "Re-sent 2 events, sent 1 event, see https://a.example/retries #Twice"
    assert count_stems(text) == {"re-sent": 1, "re": 1, "sent": 2, "event": 2, "see": 1}


def test_match_quotes_the_parts_of_a_compound_at_their_place(path: Path) -> None:
    fit = classifier_of(path, "caching").classify("The re-arriving page, the same stale page.", {})
    assert fit is not None
    match = fit.match("caching")
    assert match is not None
    assert (match.quote, match.start) == ("page, the same stale", 16)


@pytest.mark.parametrize("end", ["\n", ". ", "? ", "!” ", ".) ", "… "])
def test_match_does_not_cross_the_end_of_a_line_or_sentence(path: Path, end: str) -> None:
    fit = classifier_of(path, "caching").classify(f"The same page{end}Is stale again.", {})
    assert fit is not None
    match = fit.match("caching")
    assert match is not None
    assert match.quote == "stale"


@pytest.mark.parametrize(
    ("between", "quote"),
    [(7, "page same same same same same same same stale"), (8, "stale")],
)
def test_match_has_at_most_nine_words(path: Path, between: int, quote: str) -> None:
    text = f"page {'same ' * between}stale"
    fit = classifier_of(path, "caching").classify(text, {})
    assert fit is not None
    match = fit.match("caching")
    assert match is not None
    assert match.quote == quote


def test_classifier_ignores_topics_that_the_taxonomy_does_not_have(path: Path) -> None:
    fit = classifier_of(path, "caching").classify("The same event arrives twice.", {})
    assert fit is not None
    assert fit.best == ["caching"]


@pytest.mark.parametrize("topics", [[], ["gardening"]])
def test_classifier_without_a_topic_of_the_taxonomy_is_not_used(
    path: Path, topics: list[str]
) -> None:
    assert read_classifier(path, _topics(*topics), REGRESSIONS) is None


@pytest.mark.parametrize("line", [BIASES, *REGRESSIONS])
def test_table_without_biases_or_coefficients_is_reported(path: Path, line: str) -> None:
    rows = path.read_text(encoding="utf-8").splitlines()
    remaining = [row for row in rows if not row.startswith(line)]
    path.write_text("\n".join(remaining), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not begin with the rows"):
        read_classifier(path, _topics("caching"), REGRESSIONS)


def test_renamed_topic_has_the_words_of_its_former_slug(path: Path) -> None:
    topics = {"stale-pages": Topic("stale-pages", "Stale pages", "d", formerly=("caching",))}
    classifier = read_classifier(path, topics, REGRESSIONS)
    assert classifier is not None
    fit = classifier.classify("The same page is stale.", {})
    assert fit is not None
    assert fit.best == ["stale-pages"]
    assert fit.fits["stale-pages"] > 0


def test_words_of_a_former_slug_do_not_count_if_the_table_has_the_slug(path: Path) -> None:
    topics = {"caching": Topic("caching", "Caching", "d", formerly=("idempotency",))}
    classifier = read_classifier(path, topics, REGRESSIONS)
    assert classifier is not None
    own, former = (
        classifier.classify(text, {}) for text in ("The same stale page.", "The same event twice.")
    )
    assert own is not None
    assert former is not None
    assert own.fits["caching"] > 0 > former.fits["caching"]


def test_table_without_a_bias_of_no_topic_is_reported(path: Path) -> None:
    table = path.read_text(encoding="utf-8").replace(" none=-1.00\n", "\n")
    path.write_text(table, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not begin with the rows"):
        read_classifier(path, _topics("caching"), REGRESSIONS)


@pytest.mark.parametrize("row", ["stale", "stale\tx\tcaching=2.0", "stale\t3.0\tcaching="])
def test_invalid_row_of_a_word_is_reported_when_a_text_has_the_word(path: Path, row: str) -> None:
    table = path.read_text(encoding="utf-8").replace("stale\t3.00\tcaching=2.00", row)
    path.write_text(table, encoding="utf-8")
    classifier = classifier_of(path, "caching")
    assert classifier.classify("The same event arrives twice.", {}) is not None
    with pytest.raises(ConfigurationError, match="row of 'stale' is invalid"):
        classifier.classify("The same page is stale.", {})


def test_tagger_that_has_tagged_decides_the_same_in_another_process(tagger: Tagger) -> None:
    item = Item(text="The same event arrives twice.")
    scores = tagger.tag(item)
    assert pickle.loads(pickle.dumps(tagger)).tag(item) == scores != ()


def test_topic_that_the_table_does_not_have_keeps_what_its_phrases_give(path: Path) -> None:
    topics = (*TOPICS, Topic("sagas", "Sagas", "d", strong=("saga",)))
    classifier = read_classifier(path, {topic.slug: topic for topic in topics}, REGRESSIONS)
    tagger = Tagger(make_taxonomy(topics), LearnedWeights(), classifier=classifier)
    post = Item(text="The same event arrives twice in a saga.")
    article = Item(title="A saga", text="The same event of a saga arrives twice. " * 20)
    for item in (post, article):
        (score,) = [score for score in tagger.tag(item) if score.topic == "sagas"]
        assert score.confidence != "weak"


def test_table_with_other_coefficients_is_reported(path: Path) -> None:
    table = path.read_text(encoding="utf-8").replace("lead=", "distance=")
    path.write_text(table, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not begin with the rows"):
        read_classifier(path, _topics("caching"), REGRESSIONS)


def test_trained_table_gives_the_topics_of_its_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_word_classifier_module, "_MOST_TEXTS", 1.0)
    tagger = Tagger(make_taxonomy(TOPICS), LearnedWeights())
    posts = [_posts("morning", "monday"), _posts("evening", "friday")]
    articles = [_articles("morning", "monday"), _articles("evening", "friday")]
    texts = LabelledTexts(posts, [], articles, articles)
    lines = train_word_classifier(texts, tagger)
    assert lines == train_word_classifier(texts, tagger)
    path = tmp_path / CLASSIFIER_FILE
    path.write_text("\n".join(lines), encoding="utf-8")
    classifier = classifier_of(path, "caching", "idempotency")
    trained = Tagger(make_taxonomy(TOPICS), LearnedWeights(), classifier=classifier)
    charge, walk = (
        "On tuesday the charge was sent twice. ",
        "A long walk at the river with friends. ",
    )
    assert shown_topics(trained.tag(Item(text=charge))) == {"idempotency"}
    assert shown_topics(trained.tag(Item(text=walk))) == set()
    assert shown_topics(trained.tag(Item(title="News", text=charge * 20))) == {"idempotency"}
    assert shown_topics(trained.tag(Item(title="News", text=walk * 20))) == set()


TEXTS = {
    ("idempotency",): ("charge was sent twice", "payment was sent twice beside the cache"),
    ("caching",): ("page was stale again", "cache served a stale copy of the page"),
    (): ("walk at the river was long", "walk with friends was long"),
}


def _posts(time: str, day: str) -> list[LabelledPost]:
    """Posts of one writer."""
    return [
        LabelledPost(
            "post", f"In the {time} of {day} the {text}, says writer {number}.", Labels(topics)
        )
        for topics, phrases in TEXTS.items()
        for number, text in enumerate(phrases * 6)
    ]


def _articles(time: str, day: str) -> list[LabelledArticle]:
    """Articles of one writer."""
    return [
        LabelledArticle(
            Item(title=f"The {time}", text=f"On {day} the {text}. " * 12), Labels(topics)
        )
        for topics, phrases in TEXTS.items()
        for text in phrases * 3
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
        LabelledPost(
            "post", "The page is stale.", Labels(("caching", "cdn"), frozenset({"databases"}))
        ),
        LabelledPost("near", "A walk.", Labels(())),
    ]


def test_labelled_articles_have_topics_title_headings_and_text(tmp_path: Path) -> None:
    path = tmp_path / "a1.tsv"
    path.write_text("caching\t-\tA day\tBackground | Results\tThe page is stale.\n", "utf-8")
    (article,) = read_labelled_articles(path)
    assert article.item == Item("A day", "The page is stale.", headings=("Background", "Results"))
    assert article.labels == Labels(("caching",))


def test_labelled_article_without_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a1.tsv"
    path.write_text("caching\t-\tA day\t-\t\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not topics, accepted topics"):
        read_labelled_articles(path)


@pytest.mark.parametrize("row", ["post\tcaching\tA\t-\tmore", "post\tcaching"])
def test_labelled_post_with_other_columns_is_reported(tmp_path: Path, row: str) -> None:
    path = tmp_path / "a1.tsv"
    path.write_text(f"{row}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not kind, topics, text"):
        read_labelled_posts(path)
