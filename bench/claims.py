"""The claims about speed that `python -m bench` measures, each next to its peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

RATES = ("/s", "/CPU s")
COUNTS = ("entries",)


@dataclass(frozen=True, slots=True)
class Claim:
    """One comparison.

    `module` has a context manager `sides(size, folder)` that yields the sides. `cases` are the
    units of the figures by their names; the plot shows the first. `sizes` are those of `make
    bench`, and `tiny` is the size of the tests. `counted` names what a size counts.
    """

    module: str
    title: str
    work: str
    counted: str
    cases: Mapping[str, str]
    sizes: tuple[int, ...]
    tiny: int


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: `run` measures once and returns its figures by case.

    `run` is None if the side is not installed. `versions` has the packages that matter.
    """

    name: str
    run: Callable[[], Mapping[str, float]] | None
    versions: Mapping[str, str]


def is_count(unit: str) -> bool:
    """Return whether no direction of a figure in this `unit` is better: it has no ratio."""
    return unit in COUNTS


def is_rate(unit: str) -> bool:
    """Return whether a higher figure in this `unit` is better."""
    return unit.endswith(RATES)


def versions_of(*packages: str) -> dict[str, str]:
    """Return the installed versions of Python `packages` by name, without missing ones."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


CLAIMS: Mapping[str, Claim] = MappingProxyType(
    {
        "build": Claim(
            module="bench.build_site",
            title="Build a site",
            work="Hashtrail and the generators get the same articles, topics and posts: a page for "
            "each article, lists of 25 for each topic, a front page, topic feeds and a sitemap. "
            "Hashtrail adds pages that the others do not have (hosts, people, weeks, search, "
            "Markdown and JSON of each article), so it writes about three times as many files. "
            "Elapsed time of the whole command.",
            counted="articles",
            cases={
                "full build": "s",
                "CPU time of the full build": "CPU s",
                "files of the full build": "files/s",
                "nothing changed": "s",
                "CPU time, nothing changed": "CPU s",
                "100 new articles": "s",
                "CPU time, 100 new articles": "CPU s",
                "peak memory": "MB",
                "peak memory of all processes": "MB",
                "snapshot": "CPU s",
            },
            sizes=(150, 450),
            tiny=12,
        ),
        "search": Claim(
            module="bench.search.compare",
            title="Search the site",
            work="Both index the same articles. The queries run in one page in Chromium, over HTTP "
            "with gzip. Pagefind reads the built pages again; Hashtrail writes its index in the "
            "pass that builds the site.",
            counted="articles",
            cases={
                "index": "CPU s",
                "first query": "KB",
                "later queries, median": "KB",
                "answer with data loaded, median": "ms",
                "size of the index": "MB",
                "peak memory": "MB",
            },
            sizes=(150, 400),
            tiny=20,
        ),
        "crawl": Claim(
            module="bench.crawl",
            title="Crawl pages",
            work="Generated pages (mean 70 kB) on 50 loopback hosts, without crawl delay. Scrapy "
            "runs the same extraction function; Hashtrail also archives, tags and stores in "
            "SQLite. `fetch` writes every body to a gzip archive on both sides.",
            counted="pages",
            cases={
                "read": "pages/s",
                "CPU time of reading": "CPU ms/page",
                "fetch": "pages/s",
                "CPU time of fetching": "CPU ms/page",
                "peak memory of reading": "MB",
            },
            sizes=(80, 200),
            tiny=10,
        ),
        "extract": Claim(
            module="bench.extract",
            title="Extract articles",
            work="Real pages, or generated ones where the corpora are not next to the checkout. "
            "Hashtrail returns a whole article: text, metadata with their sources, links, "
            "language and directives. trafilatura and resiliparse return the text alone, and "
            "readability-lxml the title and HTML of the text.",
            counted="pages",
            cases={"pages": "pages/CPU s"},
            sizes=(30, 80),
            tiny=3,
        ),
        "feeds": Claim(
            module="bench.feeds",
            title="Parse feeds",
            work="Real feeds, or generated ones where the corpora are not next to the checkout. "
            "Hashtrail's result is complete: cleaned titles, resolved links, dates in UTC and "
            "summaries as text. feedparser runs with its defaults, and fastfeedparser cleans "
            "nothing.",
            counted="feeds",
            cases={"feeds": "MB/CPU s", "entries read": "entries"},
            sizes=(50, 120),
            tiny=4,
        ),
        "tag": Claim(
            module="bench.tag",
            title="Tag texts",
            work="Texts of 1,000 words with 109 matches each. Hashtrail decides topics by "
            "phrases, without the table of words, and quotes evidence. pyahocorasick and regex "
            "return only the matches of whole words.",
            counted="phrases",
            cases={"texts": "texts/CPU s"},
            sizes=(500, 1_500, 5_000),
            tiny=100,
        ),
        "identity": Claim(
            module="bench.identity",
            title="Identify articles",
            work="Hashtrail computes the key of an article from its URL: tracking parameters, "
            "redirects in the URL, and known sites. courlan and url-normalize normalize the URL.",
            counted="URLs",
            cases={
                "URLs": "URLs/CPU s",
                "links attached to articles": "links/CPU s",
                "texts compared for duplicates": "texts/CPU s",
            },
            sizes=(2_000, 10_000),
            tiny=100,
        ),
        "explore": Claim(
            module="bench.explore_compare",
            title="Explore the database",
            work="The explorer as `hashtrail explore` starts it, and Datasette with its defaults "
            "on the same file. Medians of the pages that both have. No request occurs twice.",
            counted="articles",
            cases={
                "tables with an added facet": "ms",
                "tables": "ms",
                "search": "ms",
                "rows": "ms",
                "named queries": "ms",
            },
            sizes=(300, 600),
            tiny=30,
        ),
        "import": Claim(
            module="bench.import_posts",
            title="Import posts",
            work="`hashtrail import` and `sqlite-utils upsert` read the same JSON Lines of posts "
            "with 40 words into an existing database without a full-text index. Hashtrail also "
            "stores links, hashtags, authors and consent. CPU time of the whole command.",
            counted="posts",
            cases={
                "new posts": "posts/CPU s",
                "known posts": "posts/CPU s",
                "peak memory": "MB",
            },
            sizes=(2_000, 10_000),
            tiny=50,
        ),
        "cluster": Claim(
            module="bench.cluster_overhead",
            title="Extract on a cluster",
            work="Two processes on this machine read and extract the same batches of 20 pages. "
            "Hashtrail hands the batches to two Dask workers; the process pool of Python is the "
            "peer. Elapsed time without the start.",
            counted="pages",
            cases={"extraction": "pages/s", "CPU time": "CPU ms/page"},
            sizes=(40, 120),
            tiny=4,
        ),
    }
)
