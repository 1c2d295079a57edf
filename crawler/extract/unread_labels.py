"""Class names of labels that are not text: for screen readers, and tools of editors."""

from __future__ import annotations

import re
from functools import lru_cache

# Frameworks and content management systems that define the names, sorted.
_UNREAD = frozenset((
    "MathJax_Preview",  # MathJax 2, before the formula
    "a11y-hidden",  # many design systems
    "a11y-only",
    "accessibly-hidden",
    "assistive-text",  # WordPress before 4.2
    "bctt-ctt-btn",  # Better Click To Tweet
    "ctt-btn",  # click-to-tweet plugins of WordPress
    "ctt__cta",
    "dataTables_filter",  # DataTables 1
    "dataTables_info",
    "dataTables_length",
    "dataTables_paginate",
    "dt-info",  # DataTables 2
    "dt-length",
    "dt-paging",
    "dt-search",
    "element-invisible",  # Drupal 7
    "gist-meta",  # GitHub Gist
    "hidden-accessible",
    "hidden-visually",
    "is-sr-only",  # Bulma
    "is-visually-hidden",
    "invisible-label",
    "mw-editsection",  # MediaWiki
    "mw-jump-link",
    "offscreen",
    "print-only",
    "screen-reader",
    "screen-reader-only",
    "screen-reader-text",  # WordPress
    "screenreader",
    "screenreader-only",
    "screenreader-text",
    "show-for-sr",  # Foundation
    "slds-assistive-text",  # Salesforce
    "sr-only",  # Bootstrap 3 and 4, Tailwind
    "sr-only-focusable",
    "sr-text",
    "tm-ctt-btn",
    "toc_toggle",  # Table of Contents Plus
    "ui-helper-hidden-accessible",  # jQuery UI
    "usa-sr-only",  # U.S. Web Design System
    "uv-visually-hidden",
    "visible-print-block",  # Bootstrap 3
    "visually-hidden",  # Bootstrap 5, Drupal 8
    "visually-hidden-focusable",
    "visuallyhidden",  # HTML5 Boilerplate
))  # fmt: skip
_SUFFIXED = re.compile(r"(?:visually-?hidden|sr-?only|screen-?reader(?:-?(?:only|text))?)$", re.I)


@lru_cache(maxsize=20_000)
def names_unread(class_name: str) -> bool:
    """Return whether a `class_name` marks text that is not shown.

    It also accepts prefixes and hashes of CSS modules, as in `govuk-visually-hidden` and
    `VisuallyHidden_x1f`.
    """
    names = class_name[:500].split()
    if not _UNREAD.isdisjoint(names):
        return True
    lower = class_name.lower()
    if "hidden" not in lower and "only" not in lower and "reader" not in lower:
        return False
    return any(_SUFFIXED.search(name.partition("_")[0]) for name in names)
