"""Where each page of the site stands: stable, explicit paths below its top, and the explorer's
pages. Pure functions.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urlencode

from crawler.text_cleaning import slug
from crawler.url_parser import Url, parse_url

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,118}[a-z0-9_])?")
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def article_path(article_id: int, title: str) -> str:
    """`article/<id>-<slug>.html`; the id alone when no ASCII letter of the title is left.

    The id finds the page, the slug is for people.
    """
    name = slug(title)
    return f"article/{article_id}-{name}.html" if name else f"article/{article_id}.html"


def note_path(post_id: int) -> str:
    """`post/<id>.html`."""
    return f"post/{post_id}.html"


def topic_path(name: str, page: int | None = None) -> str:
    """`topic/<slug>.html`, or an older page of it, numbered from the oldest."""
    return _numbered(f"topic/{_file_name(name)}", page)


def publisher_path(host: str, page: int | None = None) -> str:
    """`source/<host>.html`, or an older page of it, numbered from the oldest."""
    return _numbered(f"source/{_file_name(host)}", page)


def author_path(author_id: int) -> str:
    """`author/<id>.html`."""
    return f"author/{author_id}.html"


def week_path(name: str) -> str:
    """`week/<yyyy>-W<ww>.html`."""
    return f"week/{name}.html"


def feed_path(name: str, kind: str = "atom") -> str:
    """`feeds/<topic>.atom` or `feeds/<topic>.json`."""
    return f"feeds/{_file_name(name)}.{kind}"


def alternate_path(path: str, kind: str) -> str:
    """The address of the same page as `json` or `md`."""
    return f"{path.removesuffix('.html')}.{kind}"


def path_to_root(path: str) -> str:
    """What leads from a page back to the top of the site: `""` or `"../"` times its depth."""
    return "../" * path.count("/")


def is_web_url(url: str) -> bool:
    """Whether an address from outside may become a link: http and https only (`javascript:`,
    `data:` and the like may not).
    """
    return bool(_WEB.match(url))


def wayback_url(url: str, day: str = "") -> str:
    """The Wayback Machine's copy of a page nearest to a day (`YYYY-MM-DD…`), or its list of copies."""
    return f"https://web.archive.org/web/{day[:10].replace('-', '') or '*'}/{url}"


def explorer_base_path(explorer_url: str) -> str:
    """The path under which the explorer is published, with a slash at both ends."""
    published = parse_url(explorer_url)
    path = published.path.strip("/") if isinstance(published, Url) else ""
    return f"/{path}/" if path else "/"


def explorer_row_url(base: str, table: str, key: int | str) -> str:
    """One row's page in the explorer at `base`."""
    return f"{base.rstrip('/')}/public/{table}/{quote(str(key), safe='')}"


def explorer_list_url(base: str, table: str, **where: str) -> str:
    """A table or view of the explorer at `base`, filtered by exact values."""
    return f"{base.rstrip('/')}/public/{table}" + (f"?{urlencode(where)}" if where else "")


def _numbered(stem: str, page: int | None) -> str:
    return f"{stem}.html" if page is None else f"{stem}/{page}.html"


def _file_name(name: str) -> str:
    """The name itself when it is a plain host or slug, else a slug with a digest, so that no two
    names share a file and none leaves the folder.
    """
    if _HOST_NAME.fullmatch(name) and ".." not in name:
        return name
    return f"{slug(name, 40) or 'x'}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"
