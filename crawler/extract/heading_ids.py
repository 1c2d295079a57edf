"""Ids that generators derive from the words of a heading, which name no purpose of an element.

Pandoc, Sphinx and Docusaurus give a heading or its section such an id. The section "Related work"
has the id `related-work`, and it is not a list of related pages.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.comment_names import names_comment
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.hidden_names import names_only_other_part

# Pandoc and Quarto write `section level2`, docutils and old versions of Sphinx `section`.
_GENERATED = re.compile(r"(?:^|\s)(?:section\s+)?level[1-6](?:\s|$)|^section$")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['’]")
_MOST_STEPS = 3
_MOST_BEFORE = 3


def remove_heading_ids(root: HtmlElement) -> None:
    """Remove the ids of the headings in the tree `root`, and those of sections named after them.

    A section begins with its heading. Its id stays if it names another part of a page, such as
    `comments`, unless the heading links to it or a generator wrote the class of the section.
    """
    for heading in root.iter(*HEADINGS):
        section = heading
        for _ in range(_MOST_STEPS):
            parent = _section_that_begins_with(section)
            if parent is None:
                break
            section = parent
            if "id" in section.attrib and _is_from_heading(section, heading):
                del section.attrib["id"]
        heading.attrib.pop("id", None)


def _section_that_begins_with(element: HtmlElement) -> HtmlElement | None:
    """Return the parent of an `element` without text before it, or None."""
    parent = element.getparent()
    if parent is None or parent.tag in ("body", "html", "main"):
        return None
    if parent.text and parent.text.strip():
        return None
    before = element.getprevious()
    for _ in range(_MOST_BEFORE):
        if before is None:
            return parent
        if len(before) or (before.text or "").strip() or (before.tail or "").strip():
            return None
        before = before.getprevious()
    return None


def _is_from_heading(section: HtmlElement, heading: HtmlElement) -> bool:
    name = section.get("id", "")
    if _GENERATED.search(section.get("class", "")) or _links_to(heading, f"#{name}"):
        return True
    is_other_part = names_only_other_part(name) or names_comment("", name)
    return _repeats_heading(name, heading) and not is_other_part


def _links_to(heading: HtmlElement, fragment: str) -> bool:
    return any(link.get("href") == fragment for link in heading.iter("a"))


def _repeats_heading(name: str, heading: HtmlElement) -> bool:
    """Return whether the words of an id occur in a `heading` in the same order."""
    text = _APOSTROPHES.sub("", heading.text_content().casefold())
    words = iter(_WORD.findall(text))
    return all(part in words for part in _WORD.findall(name.casefold()))
