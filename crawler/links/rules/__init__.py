"""What is known about addresses, as sorted tables: parameters that say nothing, redirectors read offline, forms of one page.

A row is a `Rule`; adding knowledge is adding a row. The tables are read by `crawler.links.normalize`; each row carries an example that is a test.
"""

from __future__ import annotations

import hashlib

from crawler.links.rules.forms import FORMS
from crawler.links.rules.papers import PAPERS
from crawler.links.rules.parameters import PARAMETERS
from crawler.links.rules.redirectors import REDIRECTORS
from crawler.links.rules.rule import Rule
from crawler.links.rules.sites import SITES
from crawler.url_secrets import TABLES

REWRITES = (*FORMS, *PAPERS, *SITES)
_TABLES = (PARAMETERS, REDIRECTORS, REWRITES, TABLES)
VERSION = hashlib.sha256(repr(_TABLES).encode()).hexdigest()[:12]

__all__ = ["PARAMETERS", "REDIRECTORS", "REWRITES", "VERSION", "Rule"]
