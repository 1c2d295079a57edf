"""One URL politely and safely over HTTP: a Response or a Failure.

    safety    guard (may we go there: addresses, limits) -> connection (deadlines, bounded heads) ->
    decode (bounded bodies), joined in client
    manners   headers, robots and permission, politeness, redirects, retry, answers, once, frontier,
    joined in fetcher
    memory    archive, erasing

Client makes one exchange and decides nothing about when; Fetcher decides when and whether, and
sends nothing itself.
"""
