"""The parts of a URL that are evidence for a topic: the words of its slug, and some hosts.

A slug is a path segment of two or more words (`how-raft-works`). Other words of a URL name sites,
people and sections, and do not count. A host counts only through the table `_topic_hosts.tsv`:
host, topic and reason, between tabs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from crawler.topics.table_files import table_rows

TOPIC_HOSTS = "_topic_hosts.tsv"
CODE_HOSTS = ("github.com", "gitlab.com")

_QUERY = re.compile(r"[?#].*", re.DOTALL)
_SEGMENT = re.compile(r"(?<=/)[^/]+")
_SUFFIX = re.compile(r"\.(?:aspx?|gz|html?|jsp|md|pdf|php|ps|txt)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_BETWEEN_WORDS = re.compile(r"[-_+~]|%20")


def read_topic_hosts(path: Path) -> Mapping[str, str]:
    """Return host -> topic of the table at `path`; it is empty if there is no file.

    Raises ConfigurationError if a row does not have a host, a topic and a reason.
    """
    rows = table_rows(path, "host", "topic", "reason")
    return MappingProxyType({host: topic for host, topic, _ in rows})


def slug_words(url: str) -> tuple[int, str]:
    """Return the last slug in the path of a `url`, after its offset in the URL.

    Slugs before it name sections of the site, such as `networking-and-content-delivery`.
    """
    begin = url.find("://") + 3 if "://" in url else 0
    address = _QUERY.sub("", url[begin:])
    for segment in reversed([*_SEGMENT.finditer(address)]):
        slug = _SUFFIX.sub("", segment[0])
        if sum(bool(_WORD.search(word)) for word in _BETWEEN_WORDS.split(slug)) > 1:
            return begin + segment.start(), slug
    return len(url), ""


def path_words(url: str) -> str:
    """Return the path of a `url`, whose words can show that a page is about software."""
    return _QUERY.sub("", url.partition("://")[2].partition("/")[2])


def sites_of(url: str) -> list[str]:
    """Return the names by which tables list the site of a `url`, the most exact first.

    They are the owner on a code host (`github.com/kubernetes`), the host, and its parent domains.
    """
    hosts = host_and_parents(url)
    owner = path_words(url).partition("/")[0].lower()
    return [f"{hosts[0]}/{owner}", *hosts] if owner and hosts[0] in CODE_HOSTS else hosts


def place_of_site(url: str, site: str) -> tuple[int, int]:
    """Return the first character in a `url` of one of its sites, and the one after its last.

    A port between the host and the owner of the `site` is a part of the place.
    """
    host, slash, owner = site.partition("/")
    lowered = url.lower()
    start = lowered.index(host)
    end = start + len(host)
    return start, lowered.index(slash + owner, end) + len(slash + owner)


def host_and_parents(url: str) -> list[str]:
    """Return the host of a `url` in lower case, then its parent domains."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    labels = host.split(".")
    return [".".join(labels[n:]) for n in range(len(labels))]
