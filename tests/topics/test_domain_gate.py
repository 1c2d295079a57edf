"""The domain gate: ambiguous phrases count only in their technical context."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.item_matches import MOST_CLASSIFIED_OF_POST
from crawler.topics.learned_weights import LearnedPhrase, LearnedWeights, make_weights
from crawler.topics.phrase_matcher import hashtag_key
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy, read_taxonomy
from crawler.workspace import bundled_path

EVERYDAY = Path(__file__).parents[1] / "quality/everyday_sentences.txt"
SHIPPED = Tagger.load(bundled_path("data", "topics"))
TOPICS = (
    Topic("caching", "Caching", "d", strong=("memcached",), contextual=("cache", "eviction")),
    Topic("containers", "Containers", "d", strong=("runc",), contextual=("OCI",)),
    Topic("queues", "Queues", "d", strong=("message queue",), weak=("queue",)),
)
TAGGER = Tagger(
    make_taxonomy(
        TOPICS,
        field_words=frozenset({"database", "latency"}),
        required_context={("containers", "oci"): frozenset({"image", "registry"})},
        technical_hosts=frozenset({"infoq.com"}),
    ),
    LearnedWeights(),
)


def _topics(tagger: Tagger, **fields: str | tuple[str, ...]) -> frozenset[str]:
    return shown_topics(tagger.tag(Item(**fields)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("A cache of silver coins", set()),
        ("A cache in front of the database", {"caching"}),
        ("The cache and its eviction policy", {"caching"}),
        ("A cache behind a message queue", {"caching", "queues"}),
        ("A cache that calls refresh_all() first", {"caching"}),
        ("The cache cache cache", set()),
    ],
)
def test_contextual_phrase_needs_another_sign_of_the_field(text: str, topics: set[str]) -> None:
    assert _topics(TAGGER, text=text) == topics
    assert _topics(TAGGER, title=text) == topics


def test_phrase_inside_an_identifier_of_a_text_does_not_count() -> None:
    assert _topics(TAGGER, text="The database reads shared_cache_size at startup") == set()
    assert _topics(TAGGER, title="database_cache") == {"caching"}


def test_link_to_a_technical_host_gives_the_context_of_a_title() -> None:
    assert _topics(TAGGER, title="Our cache", url="https://www.infoq.com/a") == {"caching"}
    assert _topics(TAGGER, title="Our cache", url="https://infoq.com.example/a") == set()


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("We moved our database to OCI", set()),
        ("An OCI image for the database", {"containers"}),
        ("OCI and runc", {"containers"}),
        ("An oci image", set()),
    ],
)
def test_phrase_with_several_technical_meanings_needs_its_listed_context(
    text: str, topics: set[str]
) -> None:
    assert _topics(TAGGER, text=text) == topics


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("write-ahead", "WAL: the Write-Ahead log"),
        ("n+1", "WAL: n+1 queries"),
        ("tla+", "WAL in TLA+"),
    ],
)
def test_required_word_with_punctuation_gives_the_context(word: str, text: str) -> None:
    topic = Topic("storage", "Storage", "d", strong=("WAL",))
    needs = {("storage", "wal"): frozenset({word})}
    tagger = Tagger(make_taxonomy([topic], required_context=needs), LearnedWeights())
    assert _topics(tagger, text=text) == {"storage"}
    assert _topics(tagger, text="WAL: what we write. Ahead of it, n queries") == set()


def test_slug_with_underscores_is_neither_code_nor_an_identifier() -> None:
    slug = "Our cache of memories https://x.example/our_trip_to_rome"
    assert _topics(TAGGER, text=slug) == set()
    assert _topics(TAGGER, title="Our cache", post="https://x.example/our_trip_to_rome") == set()
    named = "The database: https://x.example/how_cache_eviction_works"
    assert _topics(TAGGER, text=named) == {"caching"}


def test_ambiguous_phrase_that_is_learned_as_well_does_not_count_twice() -> None:
    topic = Topic("monitoring", "Monitoring", "d", strong=("thanos",))
    needs = {("monitoring", "thanos"): frozenset({"prometheus"})}
    learned = make_weights([LearnedPhrase("monitoring", "title", "thanos", 0.5)])
    tagger = Tagger(make_taxonomy([topic], required_context=needs), learned)
    villain = Item(title="Thanos: a meaningful villain")
    assert [match.rule for match in tagger.matcher.find_matches(villain).marked] == [
        "ambiguous",
        "learned",
    ]
    assert tagger.tag(villain) == ()
    assert _topics(tagger, title="Thanos and Prometheus") == {"monitoring"}


def test_words_of_a_url_do_not_show_that_a_post_is_about_software() -> None:
    is_about_software = SHIPPED.matcher.is_about_software
    assert not is_about_software(Item(text="A walk https://github.com/rivers/api.html"), [])
    assert not is_about_software(Item(text="A walk https://w.example/wiki/Leader_election"), [])
    assert is_about_software(Item(text="An API https://w.example/"), [])


def test_words_of_urls_do_not_make_an_article_technical() -> None:
    urls = " ".join(
        f"https://{word}.example/" for word in ("api", "github", "kafka", "redis", "html")
    )
    filler = "The harbour was quiet and the boats lay still. " * 30
    assert not SHIPPED.matcher.is_technical(Item(title="A walk", text=f"{urls} {filler}"))
    words = "The api on github reads kafka, redis and html."
    assert SHIPPED.matcher.is_technical(Item(title="A walk", text=f"{words} {filler}"))


_MOST_TAGGED = 9  # of 711: words of a sentence that mean something else


def test_everyday_sentences_have_no_topic() -> None:
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    sentences = [line for line in lines if line and not line.startswith("#")]
    assert len(sentences) >= 300
    assert [s for s in sentences if _topics(SHIPPED, title=s)] == []
    tagged = [s for s in sentences if _topics(SHIPPED, text=s)]
    assert len(tagged) <= _MOST_TAGGED


def test_two_equal_subjects_of_an_article_are_both_likely() -> None:
    filler = "The harbour was quiet and the boats lay still in the evening light. " * 24
    text = filler + "We use Raft here. " * 6 + "We read Kafka here. " * 6
    assert _topics(SHIPPED, text=text) == {"consensus", "event-streaming"}


def test_slightly_longer_text_keeps_its_confidence() -> None:
    opening = "We shard the database with Raft, Kafka, Redis, rate limiting and OpenTelemetry. "
    filler = "The harbour was quiet and the boats lay still in the evening light. " * 80
    lengths = range(MOST_CLASSIFIED_OF_POST + 1, 4_000, 100)
    scores = [
        {score.topic: score.score for score in SHIPPED.tag(Item(text=(opening + filler)[:n]))}
        for n in lengths
    ]
    kafka = [each.get("event-streaming", 0.6) for each in scores]
    assert kafka[0] >= 1.0
    assert max(one - other for one, other in pairwise(kafka)) < 0.2


def test_hashtags_alone_give_at_most_two_likely_topics() -> None:
    tags = ("aws", "API", "SaaS", "cloud", "devops", "REST", "SQL", "Security", "Database", "Kafka")
    text = "The slides: https://w.example/ " + " ".join(f"#{tag}" for tag in tags)
    scores = SHIPPED.tag(Item(text=text, hashtags=tags))
    assert 1 <= len([score for score in scores if score.confidence != "weak"]) <= 2
    assert all(score.confidence != "certain" for score in scores)


@pytest.mark.parametrize(
    "text",
    ["What a lovely sunset tonight over the harbour", "Happy birthday to my sister, thirty today"],
)
def test_hashtags_of_a_text_that_is_not_about_software_give_no_likely_topic(text: str) -> None:
    tags = ("aws", "Security", "Kafka")
    scores = SHIPPED.tag(Item(text=f"{text} #aws #Security #Kafka", hashtags=tags))
    assert {score.confidence for score in scores} <= {"weak"}


def test_followed_hashtag_gives_no_topic() -> None:
    item = Item(text="Nice weather #DistributedSystems", hashtags=("DistributedSystems",))
    assert SHIPPED.tag(item) == ()


@pytest.mark.parametrize(
    ("tag", "topic"),
    [
        (hashtag, topic)
        for topic, phrase in sorted(read_taxonomy(bundled_path("data", "topics")).required_context)
        for hashtag in (hashtag_key(phrase), hashtag_key(phrase).upper())
    ],
)
def test_hashtag_with_several_meanings_is_likely_only_in_its_context(tag: str, topic: str) -> None:
    alone = SHIPPED.tag(Item(text="Good morning everyone", hashtags=(tag,)))
    assert topic not in {score.topic for score in alone if score.confidence != "weak"}


@pytest.mark.parametrize("tag", ["SOLID", "solid"])
def test_hashtag_in_its_context_is_likely(tag: str) -> None:
    scores = SHIPPED.tag(Item(text="Each class has one principle", hashtags=(tag,)))
    assert "solid" in {score.topic for score in scores if score.confidence != "weak"}


def test_topic_of_the_text_comes_before_topics_of_hashtags() -> None:
    text = "The CAP theorem is the least read paper of our industry. #databases #sre"
    scores = SHIPPED.tag(Item(text=text, hashtags=("databases", "sre")))
    assert scores[0].topic == "cap-theorem"


def test_slug_of_a_link_is_evidence_and_its_host_is_not() -> None:
    slug = "Read https://a.example/blog/how-we-migrated-to-postgresql-in-a-week"
    host = "Read https://kafka.example/x"
    assert _topics(SHIPPED, text=slug) == {"postgresql"}
    assert _topics(SHIPPED, text=host) == set()


def test_required_word_also_gives_the_context_in_the_plural() -> None:
    assert _topics(TAGGER, text="OCI images for the team") == {"containers"}
    assert _topics(TAGGER, text="OCI imagery") == set()


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("our slo for the database is 99.9", {"sre"}),
        ("our slo for the weekend", set()),
        ("our SLO for the weekend", {"sre"}),
        ("the slots of the database", set()),
    ],
)
def test_strong_acronym_in_lower_case_needs_another_sign_of_the_field(
    text: str, topics: set[str]
) -> None:
    topic = Topic("sre", "SRE", "d", strong=("SLO",))
    words = frozenset({"database"})
    tagger = Tagger(make_taxonomy([topic], field_words=words), LearnedWeights())
    assert _topics(tagger, text=text) == topics


@pytest.mark.parametrize(
    ("technical", "everyday", "topic"),
    [
        ("toil: 60 percent of my on-call week", "toil: the garden in August", "sre"),
        ("bin packing pods onto 12 nodes", "bin packing the holiday boxes", "cluster-scheduling"),
        ("blue green, then flip the router", "blue green walls", "progressive-delivery"),
        ("consul returned dead instances", "the consul returned from Lima", "service-discovery"),
        ("sticky sessions pin users to a box", "sticky buns for the users", "load-balancing"),
    ],
)
def test_terse_phrase_of_the_shipped_topics_needs_its_context(
    technical: str, everyday: str, topic: str
) -> None:
    assert topic in _topics(SHIPPED, text=technical)
    assert _topics(SHIPPED, text=everyday) == set()


@pytest.mark.parametrize("declared", ["weak", "not_this"])
def test_acronym_that_a_topic_lists_in_lower_case_has_the_listed_rule(declared: str) -> None:
    phrases = {"strong": ("JIT",), declared: ("jit",)}
    topic = Topic("runtimes", "Runtimes", "d", **phrases)  # type: ignore[arg-type]
    words = frozenset({"database"})
    tagger = Tagger(make_taxonomy([topic], field_words=words), LearnedWeights())
    assert _topics(tagger, text="the jit of the database") == set()


@pytest.mark.parametrize("rule", ["weak", "contextual", "derived"])
def test_acronym_counts_once_where_its_lower_case_is_a_phrase_too(rule: str) -> None:
    declared = {} if rule == "derived" else {rule: ("slo",)}
    topic = Topic("sre", "SRE", "d", strong=("SLO",), **declared)  # type: ignore[arg-type]
    tagger = Tagger(make_taxonomy([topic], field_words=frozenset({"database"})), LearnedWeights())
    (score,) = tagger.tag(Item(text="The SLO of the database"))
    assert [(each.quote, each.rule, each.times) for each in score.evidence] == [
        ("SLO", "strong", 1)
    ]
