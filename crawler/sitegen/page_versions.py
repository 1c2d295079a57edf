"""Versions of pages that show articles: a published page of equal version is not made again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import blake2b

from crawler.sitegen.site_model import SiteModel

_DIGEST_SIZE = 12


def page_version(model: SiteModel, articles: Iterable[int], *facts: object) -> str:
    """Return the version of a page of `model` that shows `articles`, by id, and these `facts`.

    The `repr` of a fact changes if the page changes. Dates depend on the current year, that of the
    newest week. The version is empty if that of an article is not known.
    """
    ids, stored = array("q", articles), model.article_versions
    versions = [stored[number] if number < len(stored) else 0 for number in ids]
    if not all(versions):
        return ""
    digest = blake2b(repr((model.this_week[:4], facts)).encode(), digest_size=_DIGEST_SIZE)
    digest.update(ids.tobytes())
    digest.update(array("Q", versions).tobytes())
    return digest.hexdigest()
