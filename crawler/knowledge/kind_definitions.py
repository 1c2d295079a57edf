"""Names and definitions of the kinds of articles, for lists and pages of one kind."""

from __future__ import annotations

from typing import NamedTuple


class KindDefinition(NamedTuple):
    """A kind (a key of `KINDS`), the heading of a list of such articles, and what it includes."""

    kind: str
    heading: str
    definition: str


KIND_DEFINITIONS = (
    KindDefinition(
        "announcement",
        "Announcements",
        "News of a release, a launch or a new feature, usually by its maker.",
    ),
    KindDefinition(
        "article",
        "Other articles",
        "Articles whose URL, title and opening indicate no other kind.",
    ),
    KindDefinition(
        "case-study",
        "Case studies",
        "A team describes a system that it runs: the problem, the design, and what changed.",
    ),
    KindDefinition(
        "deep-dive",
        "Deep dives",
        "A detailed explanation of how one system or algorithm works inside.",
    ),
    KindDefinition(
        "documentation",
        "Documentation",
        "Manuals and reference pages that the makers of a system maintain.",
    ),
    KindDefinition(
        "event",
        "Events",
        "Conferences, meetups and calls for papers, with a date and a place.",
    ),
    KindDefinition(
        "guide",
        "Books and guides",
        "A book, a course or a long guide that covers a subject from the beginning.",
    ),
    KindDefinition(
        "job",
        "Jobs",
        "Open positions.",
    ),
    KindDefinition(
        "opinion",
        "Opinions",
        "An author argues for or against a practice or a technology.",
    ),
    KindDefinition(
        "paper",
        "Papers",
        "Research papers and technical reports, with their method and results.",
    ),
    KindDefinition(
        "pattern",
        "Patterns",
        "A catalogue page that describes one design pattern: context, problem and solution.",
    ),
    KindDefinition(
        "post-mortem",
        "Post-mortems",
        "A report on an incident: what failed, why, and what was changed afterwards.",
    ),
    KindDefinition(
        "promotion",
        "Promotions",
        "Pages that advertise a product, an offer or a course.",
    ),
    KindDefinition(
        "repository",
        "Repositories",
        "Source code with its description, on a code hosting service.",
    ),
    KindDefinition(
        "talk",
        "Talks",
        "Recorded talks, podcasts and slides.",
    ),
    KindDefinition(
        "tutorial",
        "Tutorials",
        "Step-by-step instructions to build or configure something.",
    ),
)
"""One row for each kind, sorted by kind."""
