"""Paths of the site's pages below its top, and URLs of the explorer. Pure functions.

Paths are stable: an item keeps its path from build to build.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urlencode

from crawler.text_cleaning import slugify
from crawler.url_parser import Url, parse_url

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,118}[a-z0-9_])?")
_WEB_URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_WAYBACK_MACHINE = "https://web.archive.org/web"
RUN_REPORTS = "night/"
"""The folder of the run reports."""


def article_path(article_id: int, title: str) -> str:
    """Return `article/<article_id>-<slug of the title>.html`.

    The id identifies the page; the slug is for people. Without an ASCII letter in the title the
    path is `article/<article_id>.html`.
    """
    name = slugify(title)
    return f"article/{article_id}-{name}.html" if name else f"article/{article_id}.html"


def note_path(post_id: int) -> str:
    """Return `post/<post_id>.html`, the page of a post without a link."""
    return f"post/{post_id}.html"


def topic_path(name: str, page: int | None = None) -> str:
    """Return `topic/<name>.html`, or the path of one of its older pages.

    `name` is the topic's slug. Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered(f"topic/{_file_name(name)}", page)


def topic_kind_path(name: str, kind: str, page: int | None = None) -> str:
    """Return the path of the list of all articles of one `kind` in a topic.

    `name` is the topic's slug. Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered(f"topic/{_file_name(name)}/{_file_name(kind)}", page)


def publisher_path(host: str, page: int | None = None) -> str:
    """Return `source/<host>.html`, the page of a publisher, or the path of an older page.

    Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered(f"source/{_file_name(host)}", page)


def entity_path(slug: str, page: int | None = None) -> str:
    """Return `entity/<slug>.html`, the page of a system or an organization, or of an older page.

    Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered(f"entity/{_file_name(slug)}", page)


def kind_path(kind: str, page: int | None = None) -> str:
    """Return `kind/<kind>.html`, the page of a kind of article, or the path of an older page.

    Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered(f"kind/{_file_name(kind)}", page)


def figures_path(quantity: str) -> str:
    """Return `figures/<quantity>.html`, the page of the figures of scale of one quantity."""
    return f"figures/{_file_name(quantity)}.html"


def decisions_path(page: int | None = None) -> str:
    """Return `decisions.html`, the log of the curator's decisions, or the path of an older page.

    Older pages are numbered from the oldest; None is the newest `page`.
    """
    return _numbered("decisions", page)


def changes_path(day: str) -> str:
    """Return `changes/<day>.html`, the page of the changes of one `day`, such as `2026-11-28`."""
    return f"changes/{_file_name(day)}.html"


def run_report_path(day: str, number: int = 1) -> str:
    """Return `night/<day>.html`, the report of a nightly run that started on `day` (UTC).

    The second nightly run of a day has the `number` 2 and `night/<day>-2.html`, and so on.
    """
    suffix = f"-{number}" if number > 1 else ""
    return f"{RUN_REPORTS}{_file_name(day)}{suffix}.html"


def author_path(author_id: int) -> str:
    """Return `author/<author_id>.html`."""
    return f"author/{author_id}.html"


def week_path(name: str) -> str:
    """Return `week/<name>.html`; `name` is an ISO week such as `2026-W47`."""
    return f"week/{name}.html"


def feed_path(name: str, kind: str = "atom", group: str = "") -> str:
    """Return `feeds/<name>.<kind>`, or `feeds/<group>/<name>.<kind>` for a feed of a group.

    Without a group, `name` is a topic's slug or `all`. `kind` is `atom` or `json`.
    """
    folder = f"feeds/{group}" if group else "feeds"
    return f"{folder}/{_file_name(name)}.{kind}"


def alternate_path(path: str, kind: str) -> str:
    """Return the path of the JSON or Markdown version (`kind`: `json`, `md`) of the page `path`."""
    return f"{path.removesuffix('.html')}.{kind}"


def path_to_root(path: str) -> str:
    """Return the relative path from the page `path` to the top of the site: `../` for each folder.

    Empty for a page at the top.
    """
    return "../" * path.count("/")


def is_web_url(url: str) -> bool:
    """Whether a URL from outside may become a link: only `http` and `https`.

    URLs such as `javascript:…` and `data:…` may not.
    """
    return bool(_WEB_URL.match(url))


def wayback_url(url: str, day: str = "") -> str:
    """Return the URL of the Wayback Machine's copy of a page nearest to `day` (`YYYY-MM-DD…`).

    Without a day it is the list of all copies.
    """
    return f"{_WAYBACK_MACHINE}/{day[:10].replace('-', '') or '*'}/{url}"


def explorer_base_path(explorer_url: str) -> str:
    """Return the path under which `explorer_url` publishes the explorer, with a slash at both ends.

    `/` for an invalid URL.
    """
    published = parse_url(explorer_url)
    path = published.path.strip("/") if isinstance(published, Url) else ""
    return f"/{path}/" if path else "/"


def explorer_row_url(base: str, table: str, key: int | str) -> str:
    """Return the URL of one row's page in the explorer at `base`, by `table` and primary `key`."""
    return f"{base.rstrip('/')}/public/{table}/{quote(str(key), safe='')}"


def explorer_list_url(base: str, table: str, **where: str) -> str:
    """Return the URL of a table, view or query in the explorer at `base`.

    `table` is its name; `where` has exact column values or query parameters.
    """
    path = f"{base.rstrip('/')}/public/{table}"
    return f"{path}?{urlencode(where)}" if where else path


def explorer_fragment_url(root: str, query: str, **values: str) -> str:
    """Return the URL of a named `query` on the explorer page of the site.

    `root` leads to the top of the site; `values` has the query's parameters.
    """
    fragment = f"{query}?{urlencode(values)}" if values else query
    return f"{root}explore/index.html#{fragment}"


def _numbered(stem: str, page: int | None) -> str:
    return f"{stem}.html" if page is None else f"{stem}/{page}.html"


def _file_name(name: str) -> str:
    """Return `name` if it is a plain host or slug, else a slug with a digest.

    No two names share a file, and no name leaves its folder.
    """
    if _HOST_NAME.fullmatch(name) and ".." not in name:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
    return f"{slugify(name, 40) or 'x'}-{digest}"
