"""Permanent identifiers of the site's feeds and entries (RFC 4151). No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from crawler.settings.site import SiteSettings
from crawler.text_cleaning import slugify


def tag_uri(
    site: SiteSettings, kind: str, key: int | str, parameters: Mapping[str, str] | None = None
) -> str:
    """Return a permanent identifier of an item (RFC 4151).

    It consists of the feed authority of `site`, the `kind` and the `key` of the item, and its
    `parameters`, sorted by name. It stays the same when domains, titles and builds change. Without
    a configured authority the title replaces it.
    """
    authority = site.feed_authority or f"hashtrail,2026:{slugify(site.title) or 'site'}"
    separator = "/" if ":" in authority else ":"
    query = urlencode(sorted((parameters or {}).items()), quote_via=quote)
    specific = f"{kind}/{quote(str(key), safe='/.-')}"
    return f"tag:{authority}{separator}{specific}" + (f"?{query}" if query else "")
