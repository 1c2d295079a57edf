"""Words by which titles, authors and dates are recognized, from metadata_phrases.toml."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_TABLE: dict[str, list[str]] = tomllib.loads(
    files("crawler.extract").joinpath("metadata_phrases.toml").read_text(encoding="utf-8")
)

NON_NAME_WORDS = frozenset(_TABLE["not_authors"])
GENERIC_TITLES = frozenset(_TABLE["nameless"])
SITE_KIND_WORDS = frozenset(_TABLE["site_kinds"])
AUTHOR_PATH_SEGMENTS = tuple(_TABLE["author_pages"])
BYLINE_PREFIXES = tuple(_TABLE["by"])
NAME_CONJUNCTIONS = tuple(_TABLE["joining"])
OTHER_CREDITS = frozenset(_TABLE["not_by"])
ROLE_WORDS = frozenset(_TABLE["roles"])
NAME_PARTICLES = frozenset(_TABLE["name_particles"])
UPDATE_WORDS = tuple(_TABLE["updated"])
OTHER_DATE_WORDS = tuple(_TABLE["other_dates"])
PUBLICATION_WORDS = tuple(_TABLE["published"])
OTHER_SECTIONS = tuple(_TABLE["other_sections"])
NAME_SUFFIXES = frozenset(_TABLE["name_suffixes"])
PERSON_TITLES = tuple(_TABLE["person_titles"])
ORGANIZATION_WORDS = frozenset(_TABLE["organizations"])
