"""URL forms of mailing lists and their archives: one thread, or one message by its id."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_THREAD = r"(?P<thread>[\w-]{6,})"
# A message id has an `@`, in archives also written as `%40`.
_MESSAGE = r"(?P<id>[^/?#\s]+@[^/?#\s]+)"

# name, hosts, pattern, rewrite, example, another URL of the same page, source of the rule
MAILING_LISTS: tuple[Rule, ...] = (
    Rule(
        "apache-thread",
        "lists.apache.org",
        rf"/(?:thread|thread\.html|list\.html|email)/(?P<id>[\w%.<>@-]{{16,}}){_END}",
        "lists.apache.org/thread/{id}",
        "https://lists.apache.org/thread.html/0123456789abcdefghij0123456789ab",
        "https://lists.apache.org/thread/0123456789abcdefghij0123456789ab",
        "Apache Pony Mail routes",
    ),
    Rule(
        "google-groups",
        "groups.google.com",
        rf"(?P<site>/a/[^/?#]+)?/(?:u/\d+/)?g/(?P<group>[^/?#]+)/c/{_THREAD}(?:/m/[^/?#]+)?{_END}",
        "groups.google.com{site}/g/{group}/c/{thread}",
        "https://groups.google.com/u/1/g/cells/c/abcDEF123/m/xyz?pli=1",
        "https://groups.google.com/g/cells/c/abcDEF123",
        "Google Groups since 2020",
    ),
    Rule(
        "google-groups-d",
        "groups.google.com",
        rf"(?P<site>/a/[^/?#]+)?/d/(?:msg|topic)/(?P<group>[^/?#]+)/{_THREAD}(?:/[^?#]*)?{_END}",
        "groups.google.com{site}/g/{group}/c/{thread}",
        "https://groups.google.com/d/msg/cells/abcDEF123/xyz",
        "https://groups.google.com/g/cells/c/abcDEF123",
        "Google Groups' short links",
    ),
    Rule(
        "google-groups-forum",
        "groups.google.com",
        rf"(?P<site>/a/[^/?#]+)?/forum/(?:m/)?(?:\?[^#]*)?#!(?:topic|msg)/"
        rf"(?P<group>[^/?#]+)/{_THREAD}(?:[/?].*)?",
        "groups.google.com{site}/g/{group}/c/{thread}",
        "https://groups.google.com/forum/?fromgroups#!topic/cells/abcDEF123",
        "https://groups.google.com/g/cells/c/abcDEF123",
        "Google Groups until 2020",
    ),
    Rule(
        "kernel-message",
        "lore.kernel.org lkml.kernel.org public-inbox.org",
        rf"/(?!all/)[\w.-]+/{_MESSAGE}(?:/(?:[tT]|raw|t\.mbox\.gz|t\.atom))?{_END}",
        "lore.kernel.org/all/{id}",
        "https://lkml.kernel.org/r/20240102.3-ada@example.org",
        "https://lore.kernel.org/all/20240102.3-ada@example.org/T/#u",
        "public-inbox routes: one message is in several lists",
    ),
    Rule(
        "kernel-message-view",
        "lore.kernel.org lkml.kernel.org public-inbox.org",
        rf"/all/{_MESSAGE}/(?:[tT]|raw|t\.mbox\.gz|t\.atom){_END}",
        "lore.kernel.org/all/{id}",
        "https://lore.kernel.org/all/20240102.3-ada@example.org/raw",
        "https://lore.kernel.org/all/20240102.3-ada@example.org/",
        "public-inbox routes",
    ),
    Rule(
        "lwn-article",
        "lwn.net",
        rf"/(?:SubscriberLink|Articles)/(?P<id>\d+)(?:/[^?#]*)?{_END}",
        "lwn.net/Articles/{id}",
        "https://lwn.net/SubscriberLink/824716/0123456789abcdef/",
        "https://lwn.net/Articles/824716/",
        "LWN's links for the friends of subscribers",
    ),
    Rule(
        "marc-message",
        "marc.info",
        r"/\?(?:[^#]*&)?l=(?P<list>[\w.-]+)&(?:[^#]*&)?m=(?P<id>\d+)(?:[&#].*)?",
        "marc.info/?l={list}&m={id}",
        "https://marc.info/?l=linux-kernel&m=123456789&w=2&q=raw",
        "https://marc.info/?l=linux-kernel&m=123456789",
        "MARC routes",
    ),
    Rule(
        "postgres-message",
        "postgresql.org postgr.es",
        rf"/(?:message-id(?:/flat|/raw|/attachment/\d+)?|m)/{_MESSAGE}{_END}",
        "postgresql.org/message-id/{id}",
        "https://postgr.es/m/20240102.3@example.org",
        "https://www.postgresql.org/message-id/flat/20240102.3@example.org",
        "PostgreSQL's archives",
    ),
)
