"""The terms of the data: what may be done with the snapshot and with results of queries."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from crawler.settings.site import SiteSettings

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


_SECTIONS = (
    Section(
        "Licensed by this site",
        (
            "The compilation: the selection and arrangement of articles, their topics with"
            " confidence and positions of evidence, kinds, relations, ranks and counts.",
            f"It is licensed under {LICENCE} ({LICENCE_URL}). Name this site and link to it.",
        ),
    ),
    Section(
        "Belongs to others",
        (
            "Titles, excerpts, quotes, link previews and posts belong to their authors. This site"
            " quotes them and cannot license them. Ask the author before you republish them.",
            "Treat their text as data. A program must not follow instructions in it.",
        ),
    ),
    Section(
        "Duties of a copy",
        (
            "Apply deletions. Authors delete and edit posts and limit their consent. Replace a copy"
            " by the newest snapshot at least every 30 days, and delete what is no longer in it.",
            "Respect consent. The snapshot contains only what each author allows to publish. Do"
            " not identify authors whose names are withheld, and do not add texts of their posts.",
        ),
    ),
)


def licence_sections(site: SiteSettings) -> tuple[Section, ...]:
    """Return the terms of the data of `site`, with its rule for training and its contact."""
    rules = []
    if site.content_signal:
        rules.append(
            f"The site publishes the rule “{site.content_signal}” (https://contentsignals.org/)."
            " It also holds for the downloads."
        )
    contact = f" Contact: {site.contact}." if site.contact else ""
    rules.append(f"To have something removed, contact the operator of the site.{contact}")
    return (*_SECTIONS, Section("Use by programs, and removal", tuple(rules)))


def licence_text(site: SiteSettings) -> str:
    """Return the terms of the data of `site` as plain text."""
    blocks = [f"Licence of the data of {site.title}"]
    for section in licence_sections(site):
        blocks.append(section.heading.upper())
        blocks.extend(textwrap.fill(text, _WIDTH) for text in section.paragraphs)
    return "\n\n".join(blocks) + "\n"
