"""Rule tables for URLs: tracking parameters, redirectors and the variants of one page's URL.

A row is a `Rule`; to add knowledge, add a row. `crawler.links.article_key` applies the tables. The
example of each row is a test.
"""

from __future__ import annotations

import hashlib

from crawler.links.rules.archive_and_proxy_urls import VIEWS
from crawler.links.rules.code_hosting_urls import CODE_HOSTING
from crawler.links.rules.content_site_urls import PUBLICATIONS
from crawler.links.rules.discussion_urls import DISCUSSIONS
from crawler.links.rules.documentation_urls import DOCUMENTATION
from crawler.links.rules.mailing_list_urls import MAILING_LISTS
from crawler.links.rules.paper_urls import PAPERS
from crawler.links.rules.redirectors import REDIRECTORS as SERVICES
from crawler.links.rules.rewrite_rule import Rule
from crawler.links.rules.site_parameters import SITE_PARAMETERS
from crawler.links.rules.tracking_parameters import TRACKING
from crawler.links.rules.url_variants import FORMS
from crawler.links.url_normalization import VERSION as SPELLING
from crawler.url_secrets import TABLES

REDIRECTORS = tuple(sorted((*SERVICES, *VIEWS)))
PARAMETERS = tuple(sorted((*SITE_PARAMETERS, *TRACKING)))
SITES = tuple(sorted((*CODE_HOSTING, *DISCUSSIONS, *DOCUMENTATION, *MAILING_LISTS, *PUBLICATIONS)))
REWRITES = (*FORMS, *PAPERS, *SITES)
_TABLES = (PARAMETERS, REDIRECTORS, REWRITES, SPELLING, TABLES)
VERSION = hashlib.sha256(repr(_TABLES).encode()).hexdigest()[:12]
"""The version of the tables. Stored keys are computed again when it changes."""

__all__ = ["PARAMETERS", "REDIRECTORS", "REWRITES", "VERSION", "Rule"]
