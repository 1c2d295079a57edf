"""Forms of the words of a phrase: `load test` is also found as `load testing`, `load tester`.

Only the words of this table vary, because the forms of others change the meaning: an `event source`
is not `event sourcing`. Spellings in -ize are also found in -ise, as in British English.
"""

from __future__ import annotations

import re

WORD_FORMS = (
    "actor actors",
    "alert alerts alerting",
    "approval approvals",
    "automate automates automated automating",
    "backend backends",
    "backward backwards",
    "balance balances balancer balancers balancing balanced",
    "batch batches batching batched",
    "benchmark benchmarks benchmarking benchmarked",
    "break breaks breaker breakers breaking broken",
    "cache caches caching cached",
    "check checks checker checkers checking checked",
    "coded coding",
    "command commands",
    "commit commits committing committed",
    "compile compiler compilers compiling compiled compilation",
    "compute computing computation",
    "debug debugs debugger debuggers debugging debugged",
    "decompose decomposes decomposed decomposing",
    "deploy deploys deploying deployed",
    "detection detector detectors",
    "drop drops dropping dropped",
    "elect elects electing elected",
    "encrypt encrypts encrypting encrypted encryption",
    "endpoint endpoints",
    "expire expires expiring expired",
    "fault faults",
    "flag flags flagging flagged",
    "function functions",
    "fuzz fuzzer fuzzers fuzzing fuzzed",
    "hedge hedged hedging",
    "improve improves improving improved",
    "index indexes indices indexing indexed",
    "inject injects injector injecting injected injection",
    "invalidate invalidates invalidating invalidated invalidation",
    "launch launches launching launched",
    "limit limits limiter limiters limiting limited",
    "lock locks locking locked",
    "log logs logger logging logged",
    "map maps mapping mapped",
    "migrate migrates migrating migrated",
    "modeling modelling",
    "monitor monitors monitoring monitored",
    "network networks networking",
    "optimize optimizes optimizer optimizers optimizing optimized optimization",
    "order orders ordering ordered",
    "partition partitions partitioning partitioned",
    "payment payments",
    "plan plans planner planners planning planned",
    "point points",
    "pool pools pooling pooled",
    "postmortem postmortems",
    "profile profiles profiler profilers profiling profiled",
    "prove proves prover provers proving proven",
    "publish publishes publishing published",
    "purge purges purging purged",
    "queue queues queuing queueing queued",
    "rebalance rebalances rebalancing rebalanced",
    "rebuild rebuilds rebuilding rebuilt",
    "reconcile reconciles reconciling reconciled",
    "reduce reduces reducing reduced",
    "reject rejects rejecting rejected",
    "replay replays replaying replayed",
    "replicate replicates replicating replicated replicator",
    "restore restores restoring restored",
    "route routes routing routed",
    "sample samples sampling sampled",
    "save saves saving saved",
    "scales scaling scaled",
    "schedule scheduler schedulers scheduling scheduled",
    "secret secrets",
    "separate separates separating separated",
    "server servers serving",
    "shard shards sharding sharded",
    "shed sheds shedding",
    "ship ships shipping shipped",
    "simulation simulations",
    "snapshot snapshots snapshotting",
    "split splits splitting",
    "system systems",
    "tenant tenants",
    "test tests testing tester testers tested",
    "throttle throttles throttling throttled",
    "trace traces tracing traced",
    "tune tunes tuning tuned",
    "verify verifies verifying verified",
    "warehouse warehouses warehousing",
    "write writes writer writers writing written",
)
"""Words that mean the same in each of their forms inside a technical phrase."""

TECHNICAL_WORD_FORMS = (
    "authenticate authenticates authenticated authenticating authentication",
    "containerize containerizes containerized containerizing containerization",
    "denormalize denormalizes denormalized denormalizing denormalization",
    "deserialize deserializes deserialized deserializing deserializer deserialization",
    "dockerize dockerizes dockerized dockerizing",
    "memoize memoizes memoized memoizing memoization",
    "modularize modularizes modularized modularizing modularization",
    "parallelize parallelizes parallelized parallelizing parallelization",
    "pentest pentests pentester pentesters pentesting",
    "rerank reranks reranked reranker rerankers reranking",
    "serialize serializes serializing serializer serializers serialization",
    "tokenize tokenizes tokenized tokenizing",
)
"""Words without an everyday meaning, which are found in each form on their own as well."""

_FORMS = {
    form: tuple(family.split())
    for family in (*WORD_FORMS, *TECHNICAL_WORD_FORMS)
    for form in family.split()
}
_TECHNICAL = {
    form: tuple(family.split()) for family in TECHNICAL_WORD_FORMS for form in family.split()
}
_FUNCTION_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "it", "its", "of"}
    | {"on", "or", "our", "the", "their", "to", "with", "your"}
)
_AMERICAN = re.compile(r"(?<=[a-z]{3})iz(?=e|ing|ation)")


def word_forms(phrase: str) -> list[str]:
    """Return a folded `phrase` with another form of one of its words.

    A phrase with one content word has none: `scaling our` does not become `scale our`. A technical
    word alone has its forms: `dockerized`.
    """
    words = phrase.split()
    if phrase in _TECHNICAL:
        return [form for form in _TECHNICAL[phrase] if form != phrase]
    if _FORMS.keys().isdisjoint(words) or sum(word not in _FUNCTION_WORDS for word in words) < 2:
        return []
    return [
        " ".join((*words[:place], form, *words[place + 1 :]))
        for place, word in enumerate(words)
        for form in _FORMS.get(word, ())
        if form != word
    ]


def british_spelling(phrase: str) -> str:
    """Return a folded `phrase` with -ise for -ize: `containerised` for `containerized`."""
    return _AMERICAN.sub("is", phrase)
