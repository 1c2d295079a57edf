"""Rule tables for URLs: tracking parameters, redirectors and the variants of one page's URL.

A row is a `Rule`; to add knowledge, add a row. `crawler.links.article_key` applies the tables. The
example of each row is a test.
"""

from __future__ import annotations

import hashlib

from crawler.links.rules.code_hosting_urls import CODE_HOSTING
from crawler.links.rules.content_site_urls import PUBLICATIONS
from crawler.links.rules.discussion_urls import DISCUSSIONS
from crawler.links.rules.paper_urls import PAPERS
from crawler.links.rules.redirectors import REDIRECTORS
from crawler.links.rules.rewrite_rule import Rule
from crawler.links.rules.tracking_parameters import PARAMETERS
from crawler.links.rules.url_variants import FORMS
from crawler.url_secrets import TABLES

SITES = tuple(sorted((*CODE_HOSTING, *DISCUSSIONS, *PUBLICATIONS)))
REWRITES = (*FORMS, *PAPERS, *SITES)
_TABLES = (PARAMETERS, REDIRECTORS, REWRITES, TABLES)
VERSION = hashlib.sha256(repr(_TABLES).encode()).hexdigest()[:12]
"""The version of the tables. Stored keys are computed again when it changes."""

__all__ = ["PARAMETERS", "REDIRECTORS", "REWRITES", "VERSION", "Rule"]
