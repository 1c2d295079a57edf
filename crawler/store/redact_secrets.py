"""Remove the secrets in the URLs of posts and articles, before any of them is stored.

Pure functions. Every text and every URL of a post or an article is cleaned here. A value without
secrets is returned as the same object, so that the common case copies nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crawler.models.articles import Article
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.url_secrets import (
    has_secrets,
    text_has_secrets,
    text_without_secrets,
    without_secrets,
)


def redacted(post: Post) -> Post:
    """Return `post` without secrets in the URLs of its fields, author, links, cards and texts.

    A hashtag with a secret is left out.
    """
    if not _have_secrets(_urls(post), _texts(post)):
        return post
    return replace(
        post,
        network=text_without_secrets(post.network),
        uri=without_secrets(post.uri),
        url=without_secrets(post.url),
        text=text_without_secrets(post.text),
        author=post.author and _redacted_author(post.author),
        hashtags=tuple(tag for tag in post.hashtags if not _is_secret_hashtag(tag)),
        links=_redacted_links(post.links),
        cards=tuple(map(_redacted_card, post.cards)),
        thread_key=post.thread_key and without_secrets(post.thread_key),
        provenance=_redacted_provenance(post.provenance),
    )


def redacted_article(article: Article) -> Article:
    """Return `article` without secrets in its URLs, links and texts.

    The content hash stays: it identifies the text of the page.
    """
    canonical = article.canonical or ""
    urls = (article.url, canonical, *(link.url for link in article.links))
    lists = (article.authors, article.headings, article.keywords)
    words = (article.title, article.text, article.site_name, article.description)
    texts = (*words, *(text for texts in lists for text in texts), *_shown(article.links))
    if not _have_secrets(urls, texts):
        return article
    title, text, site_name, description = map(text_without_secrets, words)
    authors, headings, keywords = (tuple(map(text_without_secrets, texts)) for texts in lists)
    return replace(
        article,
        url=without_secrets(article.url),
        canonical=article.canonical and without_secrets(article.canonical),
        title=title,
        text=text,
        site_name=site_name,
        description=description,
        authors=authors,
        headings=headings,
        keywords=keywords,
        links=_redacted_links(article.links),
    )


def _have_secrets(urls: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether anything has a secret. A URL in a text ends with its line: one search is enough."""
    return text_has_secrets("\n".join(texts)) or any(map(has_secrets, urls))


def _urls(post: Post) -> set[str]:
    where = post.provenance
    urls = {post.uri, post.url, post.thread_key or "", where.request or "", where.id or ""}
    urls.update(link.url for link in post.links)
    urls.update(card.link or "" for card in post.cards)
    urls.update(_as_parameter(tag) for tag in post.hashtags if "=" in tag)
    if post.author:
        urls.add(post.author.url)
    return urls


def _texts(post: Post) -> list[str]:
    texts = [post.network, post.text, *post.hashtags, *_shown(post.links)]
    texts += [text for card in post.cards for text in _words(card)]
    author = post.author
    return (
        [*texts, author.network, author.handle, author.name, *author.aliases] if author else texts
    )


def _shown(links: tuple[Link, ...]) -> list[str]:
    return [link.shown for link in links]


def _words(card: Card) -> tuple[str, str, str]:
    return card.title, card.description, card.site_name


def _is_secret_hashtag(hashtag: str) -> bool:
    return has_secrets(_as_parameter(hashtag)) or text_has_secrets(hashtag)


def _as_parameter(hashtag: str) -> str:
    """The hashtag as a query: one such as `token=abc` may be a secret without a URL."""
    return f"?{hashtag}"


def _redacted_author(author: Author) -> Author:
    return replace(
        author,
        network=text_without_secrets(author.network),
        handle=text_without_secrets(author.handle),
        name=text_without_secrets(author.name),
        url=without_secrets(author.url),
        aliases=tuple(map(text_without_secrets, author.aliases)),
    )


def _redacted_links(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return tuple(
        replace(link, url=without_secrets(link.url), shown=text_without_secrets(link.shown))
        for link in links
    )


def _redacted_card(card: Card) -> Card:
    title, description, site_name = map(text_without_secrets, _words(card))
    link = card.link and without_secrets(card.link)
    return replace(card, link=link, title=title, description=description, site_name=site_name)


def _redacted_provenance(where: Provenance) -> Provenance:
    request, id = where.request, where.id
    return replace(
        where, request=request and without_secrets(request), id=id and without_secrets(id)
    )
