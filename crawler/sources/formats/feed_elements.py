"""The elements of feeds that Hashtrail reads, by namespace, and the field that each one fills."""

from __future__ import annotations

_ATOM = ("http://www.w3.org/2005/Atom", "https://www.w3.org/2005/Atom")
_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/",)
_DUBLIN_CORE_TERMS = ("http://purl.org/dc/terms/",)
_MEDIA = ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss")
_PODCAST = (
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "http://www.itunes.com/DTDs/Podcast-1.0.dtd",
    "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "https://www.itunes.com/dtds/podcast-1.0.dtd",
)
_PRISM = (
    "http://prismstandard.org/namespaces/1.2/basic/",
    "http://prismstandard.org/namespaces/basic/2.0/",
    "http://prismstandard.org/namespaces/basic/2.1/",
    "http://prismstandard.org/namespaces/basic/3.0/",
    "http://purl.org/rss/1.0/modules/prism/",
)
_RSS1 = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_ABOUT = f"{{{RDF}}}about"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# field, namespaces ("" is RSS 2.0), local names. Elements of one field are in order of preference.
_ROWS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("title", ("", *_RSS1), "title"),
    ("atom title", _ATOM, "title"),
    ("other title", _DUBLIN_CORE, "title"),
    ("other title", _PODCAST, "title"),
    ("other title", _MEDIA, "title"),
    ("link", ("", *_RSS1), "link"),
    ("atom link", _ATOM, "link"),
    ("original link", ("http://rssnamespace.org/feedburner/ext/1.0",), "origLink"),
    ("guid", ("",), "guid"),
    ("id", _ATOM, "id"),
    ("published", ("",), "pubDate"),
    ("published", ("",), "published"),
    ("published", _ATOM, "published"),
    ("issued", (*_DUBLIN_CORE, *_DUBLIN_CORE_TERMS), "issued"),
    ("publication day", _PRISM, "publicationDate"),
    ("available", _DUBLIN_CORE_TERMS, "available"),
    ("updated", _ATOM, "updated"),
    ("modified", _DUBLIN_CORE_TERMS, "modified"),
    ("date", ("", *_DUBLIN_CORE, *_DUBLIN_CORE_TERMS), "date"),
    ("created", (*_DUBLIN_CORE, *_DUBLIN_CORE_TERMS), "created"),
    ("creator", _DUBLIN_CORE, "creator"),
    ("creator", _DUBLIN_CORE, "author"),
    ("author", ("",), "author"),
    ("author", ("",), "managingEditor"),
    ("author", _ATOM, "author"),
    ("podcast author", _PODCAST, "author"),
    ("description", ("", *_RSS1), "description"),
    ("summary", _ATOM, "summary"),
    ("encoded", ("http://purl.org/rss/1.0/modules/content/",), "encoded"),
    ("body", ("http://www.w3.org/1999/xhtml",), "body"),
    ("content", _ATOM, "content"),
    ("podcast summary", _PODCAST, "summary"),
    ("abstract", _DUBLIN_CORE, "description"),
    ("abstract", _DUBLIN_CORE_TERMS, "abstract"),
    ("media description", _MEDIA, "description"),
    ("media", _MEDIA, "group"),
    ("media", _MEDIA, "content"),
    ("category", ("", *_RSS1), "category"),
    ("category", _ATOM, "category"),
    ("category", _DUBLIN_CORE, "subject"),
    ("categories", ("",), "categories"),
    ("keywords", _MEDIA, "keywords"),
    ("keywords", _PODCAST, "keywords"),
    ("comments", ("",), "comments"),
    ("source", ("",), "source"),
    ("atom source", _ATOM, "source"),
    ("language", ("",), "language"),
    ("language", _DUBLIN_CORE, "language"),
    ("ttl", ("",), "ttl"),
    ("skip hours", ("",), "skipHours"),
    ("skip days", ("",), "skipDays"),
    ("update period", ("http://purl.org/rss/1.0/modules/syndication/",), "updatePeriod"),
    ("update frequency", ("http://purl.org/rss/1.0/modules/syndication/",), "updateFrequency"),
    ("channel", ("", *_RSS1), "channel"),
    ("item", ("", *_RSS1), "item"),
    ("entry", _ATOM, "entry"),
)
FIELDS = {
    f"{{{namespace}}}{name}" if namespace else name: field
    for field, namespaces, name in _ROWS
    for namespace in namespaces
}
_WITHOUT_CASE = {name.lower(): field for name, field in FIELDS.items() if name[0] != "{"}


def field_without_case(tag: str) -> str:
    """Return the field of an RSS element whose name differs by case only, such as `pubdate`.

    `tag` is in the notation of lxml. The result is empty if the element fills no field.
    """
    return "" if tag[0] == "{" else _WITHOUT_CASE.get(tag.lower(), "")
