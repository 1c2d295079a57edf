"""Everyday posts that use terms of software engineering in another sense or as a joke.

*Queue for the museum: two hours, no retries* names no system. A post with an everyday noun and
without any other sign of the field than such terms is an everyday post.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.topics.phrase_matcher import WordSet, fold_words, phrase_key
from crawler.topics.taxonomy_phrases import HASHTAG, STRONG, PhraseMatch

USED_IN_JEST = frozenset(
    (
        "availability",
        "backlog",
        "backoff",
        "backup",
        "bandwidth",
        "blackout",
        "bottleneck",
        "buffer",
        "cache",
        "cached",
        "caching",
        "capacity",
        "circuit breaker",
        "cluster",
        "clustering",
        "concurrency",
        "consensus",
        "container",
        "containers",
        "deadlock",
        "deploy",
        "deployment",
        "distributed",
        "down for",
        "downtime",
        "election",
        "eventual consistency",
        "eventually consistent",
        "exponential backoff",
        "failover",
        "fallback",
        "faster than",
        "fault tolerance",
        "fault tolerant",
        "garbage collection",
        "graceful degradation",
        "handshake",
        "high availability",
        "idempotent",
        "incident",
        "latency",
        "leader",
        "leader election",
        "lease",
        "load balancer",
        "load balancing",
        "lock",
        "maintenance window",
        "merge",
        "merge conflict",
        "microservice",
        "monolith",
        "orchestration",
        "outage",
        "overload",
        "packet loss",
        "parallel",
        "partition",
        "partitioning",
        "performance",
        "pipeline",
        "pool",
        "postmortem",
        "protocol",
        "queue",
        "queueing",
        "queueing system",
        "quorum",
        "race condition",
        "redundancy",
        "redundant",
        "refactor",
        "refactoring",
        "release",
        "replicate",
        "replication",
        "resilience",
        "retry",
        "retrying",
        "rollback",
        "scalability",
        "scalable",
        "scale",
        "scale out",
        "scaled out",
        "scaling",
        "scaling out",
        "sharding",
        "single point of failure",
        "single source of truth",
        "sla",
        "slo",
        "split brain",
        "status page",
        "technical debt",
        "throttle",
        "throttling",
        "throughput",
        "timeout",
        "uptime",
        "went down",
    )
)
"""Phrases of topics that everyday posts use as well, folded."""

EVERYDAY_NOUNS = (
    "airport altos apartment apples attic aunt auntie baby badminton bakery ballet banana "
    "bananas barber barista baseball basketball basses bath bathroom beach beans bed bedroom "
    "beehive beekeeper beer bees belly bicycle bike birds birthday biscuits blanket boots bread "
    "breakfast bride broccoli butter cake candle candles carrots cashier cat cats cello cheese "
    "chicken chickens chocolate choir christmas church cinema cinnamon clarinet classroom "
    "closet coach coffee concert couch cousin cows croissants cupboard curry curtains dad "
    "daughter dentist dessert diapers dinner dishes dishwasher dog dogs dough doughnut dress "
    "dumplings egg eggs espresso fabric farmer father ferry flowers flute football fox freezer "
    "fridge fruit furniture garden garlic goalkeeper goat goats goulash grandchildren granddad "
    "grandfather grandma grandmother grandpa grandparents granny groceries grocery guitar gym "
    "hair haircut hairdresser hamster handball harbor harbour hedgehog hens hike hiking hockey "
    "holiday holidays homework honey horse horses hospital husband jazz jogging kettle kid kids "
    "kindergarten kitchen kitten knitting landlord lasagna lasagne laundry lawn lemon librarian "
    "luggage lunch marathon meadow meal meat mice milk mittens mom mother motorway mountain "
    "mountains movie mum museum mushroom mushrooms mustard nappies nephew niece noodles nurse "
    "onion onions opera orchestra oven pancake pancakes pants parrot pasta pastry penalty "
    "pharmacy photographer piano picnic pig pillow pizza playground plumber poem poet potato "
    "potatoes pram pub quilt rabbit rabbits rain raincoat recipe referee rehearsal restaurant "
    "rice roommate roundabout roundabouts rugby sailing salad sandwich sauce sausage sausages "
    "saxophone scarf school scooter sculpture sewing sheep shirt shoe shoes singer skate "
    "skating ski skiing sneakers snow soccer sock socks sofa son song songs soprano sopranos "
    "soup sourdough spaghetti squirrel stadium stew strawberries striker stroller suitcase "
    "sunset supermarket surgeon sweater swim swimming tea teacher teapot teenager tennis tenor "
    "theater theatre toddler toilet tomato tomatoes toothbrush toy toys tractor train trains "
    "tram trombone trousers trumpet tulips tyre tyres umbrella uncle vacation vegetables "
    "vermeers vet village violin waiter waitress wardrobe wedding wife wine wool yarn yoga zoo"
)
"""Nouns of family, food, music, sport, travel and home that have no technical meaning."""

_JEST_WORDS = frozenset(word for phrase in USED_IN_JEST for word in phrase.split())
_NOUNS = WordSet(EVERYDAY_NOUNS.split())


def is_used_in_jest(match: PhraseMatch) -> bool:
    """Return whether everyday posts use the phrase of a `match` as well."""
    return phrase_key(match.phrase) in USED_IN_JEST


def is_everyday(text: str, matches: Sequence[PhraseMatch], field_words: WordSet) -> bool:
    """Return whether a post is an everyday one: only terms used in jest, and an everyday noun.

    `matches` are those of its `text`. A hashtag, another strong phrase or another of the
    `field_words` shows that the post is about software.
    """
    if not _NOUNS.in_text(text):
        return False
    for match in matches:
        if match.rule == HASHTAG:
            return False
        if match.rule == STRONG and not is_used_in_jest(match):
            return False
    jests = [match for match in matches if is_used_in_jest(match)]
    own = {word for match in jests for word in fold_words(match.quote).split()}
    return field_words.in_text(text) <= own | _JEST_WORDS
