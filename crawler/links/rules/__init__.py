"""What is known about addresses, as sorted tables: parameters that say nothing, redirectors read
offline, forms of one page.

A row is a `Rule`; adding knowledge is adding a row. The tables are read by
`crawler.links.article_key`; each row carries an example that is a test.
"""

from __future__ import annotations

import hashlib

from crawler.links.rules.paper_urls import PAPERS
from crawler.links.rules.redirectors import REDIRECTORS
from crawler.links.rules.rewrite_rule import Rule
from crawler.links.rules.site_rules import SITES
from crawler.links.rules.tracking_parameters import PARAMETERS
from crawler.links.rules.url_variants import FORMS
from crawler.url_secrets import TABLES

REWRITES = (*FORMS, *PAPERS, *SITES)
_TABLES = (PARAMETERS, REDIRECTORS, REWRITES, TABLES)
VERSION = hashlib.sha256(repr(_TABLES).encode()).hexdigest()[:12]

__all__ = ["PARAMETERS", "REDIRECTORS", "REWRITES", "VERSION", "Rule"]
