"""A Mastodon status as a post, limited to the content that its author allows.

Sources: docs.joinmastodon.org/entities/Status, docs.joinmastodon.org/spec/activitypub.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from crawler.consent.decision import ConsentSignals, Policy, decide_consent
from crawler.consent.levels import reduce_to_level
from crawler.consent.opt_out_phrases import find_opt_out
from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import Anchor, HtmlText, absolute_web_url, html_to_text
from crawler.models.http_exchange import Response
from crawler.models.posts import Author, Card, Consent, Link, Post, Provenance
from crawler.sources.formats.hashtag_names import spelled_hashtags
from crawler.sources.formats.json_fields import JsonObject, counts, line, object_at, objects, text
from crawler.sources.formats.mastodon_links import (
    QUOTE_CLASSES,
    StatusReferences,
    references_of,
)
from crawler.text_cleaning import clean_line, join_paragraphs
from crawler.urls_and_hashtags import find_hashtags, find_urls
from crawler.utc_times import parse_iso_date

_GONE = ("suspended", "limited", "memorial", "moved")
_SHORTCODE = re.compile(r"(?<![\w:]):(?=\w*[^\W\d])\w{2,}:(?![\w:])", re.ASCII)


def parse_status(
    status: JsonObject, server: str, policy: Policy, response: Response
) -> Post | None:
    """Return the post of `status` with what the consent of its author allows; None without URI.

    `server` returned the status in `response`; `policy` applies if the author set no flag.

    A post that may not be shown is returned without its text, so that a text stored earlier
    is withdrawn.
    """
    if not line(status, "uri", 1000):
        return None
    account = object_at(status, "account")
    decision = decide_consent(_signals(status, account), policy)
    references = references_of(status)
    body = _body(status, server, QUOTE_CLASSES)
    post = _post(status, _links(body, references), response)
    author = _author(account, server, decision.account)
    complete = _with_text(post, status, body, author)
    if not _is_card_of_reference(status, server, post, references):
        complete = replace(complete, cards=_cards(status, post))
    return reduce_to_level(
        replace(complete, consent=decision.post, reasons=decision.reasons), decision.post
    )


def _signals(status: JsonObject, account: JsonObject) -> ConsentSignals:
    """Return the consent signals of a status and its account.

    Source: docs.joinmastodon.org/entities/Account.
    """
    visibility = line(status, "visibility", 50)
    return ConsentSignals(
        opt_in=_opt_in(account.get("indexable")),
        account=tuple(_account_signals(account)),
        post=() if visibility == "public" else (f"visibility {visibility or 'missing'}",),
        removed=("boost of another post",) if object_at(status, "reblog") else (),
    )


def _opt_in(indexable: object) -> Literal["yes", "no", "missing"]:
    if indexable is True:
        return "yes"
    return "no" if indexable is False else "missing"


def _account_signals(account: JsonObject) -> Iterator[str]:
    for flag in _GONE:
        if account.get(flag):
            yield f"account {flag}"
    if account.get("noindex") is True:
        yield "noindex true"
    words = _opt_out(account)
    if words:
        yield f"profile says {words!r}"


def _opt_out(account: JsonObject) -> str:
    """Return the opt-out phrase in the display name, bio or profile fields, or an empty string."""
    texts = [line(account, "display_name", 500), html_to_text(text(account, "note")).text]
    fields = [
        (html_to_text(text(field, "name")).text, html_to_text(text(field, "value")).text)
        for field in objects(account.get("fields"))
    ]
    return find_opt_out(texts, fields)


def _body(status: JsonObject, server: str, without_classes: frozenset[str]) -> HtmlText:
    """Return the text without the line that repeats the URL of a quoted post (FEP-044f)."""
    html, base = text(status, "content"), f"https://{server}/"
    return html_to_text(html, base, numbered=True, without_classes=without_classes)


def _post(status: JsonObject, links: tuple[Link, ...], response: Response) -> Post:
    fetched_at = response.fetched_at
    return Post(
        network="mastodon",
        uri=line(status, "uri", 1000),
        text="",
        published=parse_iso_date(text(status, "created_at"), fetched_at),
        edited=parse_iso_date(text(status, "edited_at"), fetched_at),
        links=links,
        visibility=line(status, "visibility", 50) or "unknown",
        sensitive=bool(status.get("sensitive")) or bool(text(status, "spoiler_text")),
        provenance=Provenance(request=response.url, id=line(status, "id", 100)),
    )


def _with_text(post: Post, status: JsonObject, body: HtmlText, author: Author | None) -> Post:
    content = join_paragraphs(text(status, "spoiler_text"), body.text)
    return replace(
        post,
        text=content,
        html=text(status, "content"),
        url=absolute_web_url(text(status, "url")) or absolute_web_url(post.uri),
        author=author,
        language=line(status, "language", 20),
        hashtags=_hashtags(status, content),
        counts=counts(
            status, replies="replies_count", boosts="reblogs_count", favourites="favourites_count"
        ),
    )


def _author(account: JsonObject, server: str, consent: Consent) -> Author | None:
    acct = line(account, "acct", 200)
    if not acct:
        return None
    return Author(
        network="mastodon",
        handle=acct if "@" in acct else f"{acct}@{server}",
        name=_display_name(account) or acct.partition("@")[0],
        url=absolute_web_url(text(account, "url")),
        consent=consent,
    )


def _display_name(account: JsonObject) -> str:
    """Return the name without the shortcodes of custom emoji, which only their server can show."""
    name = text(account, "display_name")
    for emoji in objects(account.get("emojis")):
        if shortcode := line(emoji, "shortcode", 100):
            name = name.replace(f":{shortcode}:", " ")
    shown = clean_line(_SHORTCODE.sub(" ", name), 100)
    return shown if any(map(_is_visible, shown)) else ""


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def _links(body: HtmlText, references: StatusReferences) -> tuple[Link, ...]:
    links = {
        anchor.url: Link(anchor.url, anchor.shown)
        for anchor in (*body.anchors, *_bare_urls(body))
        if not references.is_reference(anchor)
    }
    return tuple(links.values())


def _bare_urls(body: HtmlText) -> Iterator[Anchor]:
    """Yield the URLs that the text has outside of its anchors."""
    outside = body.text
    for anchor in body.anchors:
        if anchor.shown:
            outside = outside.replace(anchor.shown, " ", 1)
    linked = {anchor.url for anchor in body.anchors}
    for written in find_urls(outside):
        url = absolute_web_url(written if "://" in written else f"https://{written}")
        if url and url not in linked:
            yield Anchor(url, written, before=outside.partition(written)[0][-20:])


def _is_card_of_reference(
    status: JsonObject, server: str, post: Post, references: StatusReferences
) -> bool:
    """Return whether the card previews a hashtag, a mention or the quoted post."""
    url = text(object_at(status, "card"), "url")
    if not url or any(link.url == url for link in post.links):
        return False
    anchors = _body(status, server, frozenset()).anchors
    return references.is_referenced(url) or any(anchor.url == url for anchor in anchors)


def _cards(status: JsonObject, post: Post) -> tuple[Card, ...]:
    card = object_at(status, "card")
    title, url = line(card, "title"), absolute_web_url(text(card, "url"))
    if not title or not url:
        return ()
    published = parse_time(text(card, "published_at"), post.published) if post.published else None
    return (
        Card(
            title,
            clean_line(text(card, "description")),
            line(card, "provider_name", 100),
            url,
            published,
        ),
    )


def _hashtags(status: JsonObject, content: str) -> tuple[str, ...]:
    """Return the hashtags as the text spells them; those only in `tags` as the server does."""
    listed = (text(tag, "name") for tag in objects(status.get("tags")))
    return spelled_hashtags(listed, find_hashtags(content))
