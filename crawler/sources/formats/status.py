"""A Mastodon status as a post, as far as its author allows (docs.joinmastodon.org/entities/Status, spec/activitypub)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from crawler.markup import Anchor, Markup, read_html, web_url
from crawler.model import Author, Card, Consent, Link, Post, Provenance, Response
from crawler.sources.formats.json_answer import JsonObject, counts, inner, line, objects, text
from crawler.text import clean, clean_line, fold, hashtags, parse_iso

Allowed = Literal["strict", "lenient"]
# Words by which people on the fediverse ask machines to leave them alone, in their bio or profile fields.
OPT_OUTS = ("noai", "noarchive", "nobot", "nobots", "noindex", "nosearch")
_OPT_OUT = re.compile(rf"#\s?(?:{'|'.join(OPT_OUTS)})\b", re.IGNORECASE)
_GONE = ("suspended", "limited", "memorial", "moved")
_NO_LINK = frozenset({"mention", "hashtag", "u-url"})


def read_status(status: JsonObject, server: str, allowed: Allowed, response: Response) -> Post | None:
    """The post, with the consent of its author; None when it is not public, has no uri or its account is gone.

    An author who opted out (`indexable: false`, `noindex`, or a word in the bio) is passed on without any text, so that what was
    kept before can be withdrawn; the addresses the post links to are kept, except for those who ask not to be read at all.
    """
    account = inner(status, "account")
    uri = line(status, "uri", 1000)
    if not uri or status.get("visibility") != "public" or any(account.get(flag) for flag in _GONE):
        return None
    consent = _consent(account, allowed)
    body = read_html(text(status, "content"), f"https://{server}/")
    post = _post(status, body, consent, response)
    author = _author(account, server, consent)
    if consent is not Consent.NONE:
        return _worded(post, status, body, author)
    return _silent(post, author, keeps_links=not _asks_to_be_left_alone(account))


def _post(status: JsonObject, body: Markup, consent: Consent, response: Response) -> Post:
    seen = response.fetched_at
    return Post(
        network="mastodon",
        uri=line(status, "uri", 1000),
        text="",
        published=parse_iso(text(status, "created_at"), seen),
        edited=parse_iso(text(status, "edited_at"), seen),
        links=_links(status, body),
        consent=consent,
        sensitive=bool(status.get("sensitive")) or bool(text(status, "spoiler_text")),
        provenance=Provenance(request=response.url, id=line(status, "id", 100)),
    )


def _silent(post: Post, author: Author | None, keeps_links: bool) -> Post:
    return replace(post, author=author, links=tuple(Link(link.url, origin=link.origin) for link in post.links) if keeps_links else ())


def _worded(post: Post, status: JsonObject, body: Markup, author: Author | None) -> Post:
    words = "\n\n".join(part for part in (text(status, "spoiler_text"), body.text) if part)
    return replace(
        post,
        text=words,
        html=text(status, "content"),
        url=web_url(text(status, "url")) or web_url(post.uri),
        author=author,
        language=line(status, "language", 20),
        hashtags=_hashtags(status, words),
        cards=_cards(status, post),
        counts=counts(status, replies="replies_count", boosts="reblogs_count", favourites="favourites_count"),
    )


def _consent(account: JsonObject, allowed: Allowed) -> Consent:
    """What the account's flags and bio say. A missing `indexable` reads as no (FEP-5feb) unless the operator is lenient."""
    indexable = account.get("indexable")
    if _asks_to_be_left_alone(account) or account.get("noindex") is True or indexable is False:
        return Consent.NONE
    return Consent.FULL if indexable is True or allowed == "lenient" else Consent.LINK_ONLY


def _asks_to_be_left_alone(account: JsonObject) -> bool:
    fields = [f"{each.get('name', '')} {each.get('value', '')}" for each in objects(account.get("fields"))]
    return any(_OPT_OUT.search(read_html(part).text) for part in [text(account, "note"), *fields])


def _author(account: JsonObject, server: str, consent: Consent) -> Author | None:
    acct = line(account, "acct", 200)
    if not acct:
        return None
    return Author(
        network="mastodon",
        handle=acct if "@" in acct else f"{acct}@{server}",
        name=line(account, "display_name", 100),
        url=web_url(text(account, "url")),
        consent=consent,
    )


def _links(status: JsonObject, body: Markup) -> tuple[Link, ...]:
    quoted = inner(status, "quote", "quoted_status")
    hidden = {text(quoted, "url"), text(quoted, "uri")}
    return tuple({a.url: Link(a.url, a.shown) for a in body.anchors if _is_link(a) and a.url not in hidden}.values())


def _is_link(anchor: Anchor) -> bool:
    return not anchor.classes & _NO_LINK and not anchor.shown.startswith(("#", "@"))


def _cards(status: JsonObject, post: Post) -> tuple[Card, ...]:
    card = inner(status, "card")
    title, url = line(card, "title"), web_url(text(card, "url"))
    if not title or not url:
        return ()
    published = parse_iso(text(card, "published_at"), post.published) if post.published else None
    return (Card(title, clean_line(text(card, "description")), line(card, "provider_name", 100), url, published),)


def _hashtags(status: JsonObject, words: str) -> tuple[str, ...]:
    """As displayed in the text; what only the list of tags names, as the server spells it."""
    listed = {fold(name): name for tag in objects(status.get("tags")) if (name := clean(line(tag, "name", 100)))}
    return tuple((listed | {fold(tag): tag for tag in hashtags(words)}).values())
