"""Names of hidden elements: sections that a reader opens, and parts that are not the article."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

# Words in the class, id and role of sections that a reader opens, sorted.
_SECTION_WORDS = frozenset((
    "abstract", "accordion", "additional", "answer", "appendix", "article", "body",
    "collapse", "collapsed", "collapsible", "content", "continued", "details", "disclosure",
    "entry", "expand", "expandable", "expanded", "expander", "extended", "faq", "fold", "folded",
    "footnotes", "full", "fulltext", "longtext", "more", "panel", "post", "readmore", "remaining",
    "rest", "reveal", "section", "spoiler", "tab", "tabpanel", "toggle", "toggled", "transcript",
    "truncated",
))  # fmt: skip
# Words in the class, id and role of parts that are not the article, sorted.
_OTHER_WORDS = frozenset((
    "ad", "ads", "advert", "advertisement", "alert", "alertdialog", "author", "banner", "basket",
    "bio", "captcha", "cart", "carousel", "chat", "comment", "comments", "consent", "contact",
    "cookie", "cookies", "copyright", "dialog", "disclaimer", "disqus", "drawer", "dropdown",
    "error", "feedback", "flyout", "footer", "form", "gdpr", "header", "hovercard", "lightbox",
    "loading", "login", "megamenu", "menu", "message", "metadata", "modal", "nav", "navigation",
    "newsletter", "notice", "notification", "offcanvas", "onetrust", "overlay", "paywall",
    "policy", "popover", "popup", "print", "privacy", "promo", "promotion", "rating", "recommend",
    "recommended", "regwall", "related", "replies", "reply", "search", "share", "sharing",
    "sidebar", "signin", "signup", "skeleton", "slider", "social", "spinner", "sponsor",
    "subscribe", "subscription", "survey", "template", "terms", "toast", "toc", "tooltip",
    "translation", "widget",
))  # fmt: skip
# Words of elements around such parts. Layouts are named after the parts that they have.
_SURROUNDING_WORDS = frozenset((
    "alertdialog", "carousel", "comments", "consent", "cookie", "dialog", "drawer", "dropdown",
    "lightbox", "menu", "modal", "nav", "newsletter", "offcanvas", "onetrust", "paywall", "popup",
    "related", "sidebar", "tooltip",
))  # fmt: skip
_LAYOUT_WORDS = frozenset((
    "container", "content", "has", "layout", "main", "no", "page", "with", "without", "wrap",
    "wrapper",
))  # fmt: skip
# Words that join them in ids, as in `about-the-author` and `related-articles`.
_JOINING_WORDS = frozenset((
    "a", "about", "article", "articles", "authors", "list", "more", "next", "our", "post", "posts",
    "section", "site", "stories", "tag", "tags", "the", "this", "to", "top", "us", "widgets",
    "your",
))  # fmt: skip
_OTHER_TAGS = frozenset((
    "aside", "dialog", "footer", "form", "header", "menu", "nav", "svg",
))  # fmt: skip
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_NAME_CHARACTERS = 500


def names_section(element: HtmlElement) -> bool:
    """Return whether the name of an `element` states that a reader opens it."""
    return not _SECTION_WORDS.isdisjoint(_words(element))


def is_other_part(element: HtmlElement) -> bool:
    """Return whether an `element` is a dialog, a menu or another part outside the article."""
    if element.tag in _OTHER_TAGS or element.get("aria-modal") or element.get("role") == "dialog":
        return True
    if element.tag in ("body", "html"):
        return False
    return not _OTHER_WORDS.isdisjoint(_words(element))


def surrounds_other_part(element: HtmlElement) -> bool:
    """Return whether an `element` around a hidden one is a part outside the article."""
    if element.tag in ("body", "html"):
        return False
    if element.tag in _OTHER_TAGS or element.get("aria-modal"):
        return True
    words = _words(element)
    return not _SURROUNDING_WORDS.isdisjoint(words) and _LAYOUT_WORDS.isdisjoint(words)


def names_only_other_part(name: str) -> bool:
    """Return whether each word of an id, `name`, names a part that is not the article."""
    words = {part.lower() for part in _PARTS.findall(name[:_NAME_CHARACTERS])}
    return words <= _OTHER_WORDS | _JOINING_WORDS


def _words(element: HtmlElement) -> set[str]:
    names = " ".join(element.get(name, "") for name in ("class", "id", "role"))
    return {part.lower() for part in _PARTS.findall(names[:_NAME_CHARACTERS])}
