"""The frozen values that flow between stages: UTC times, tuples, clean text. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

Confidence = Literal["certain", "likely", "weak"]
CuratorAction = Literal["ban-author", "ban-host", "hide", "merge", "note", "pin", "split", "tag", "trust", "untag"]
LinkOrigin = Literal["body", "card", "facet", "attachment"]
Purpose = Literal["page", "feed", "api", "robots"]
SubjectKind = Literal["article", "post"]

APPLICATION_ID = 0x48545241  # "HTRA": marks a SQLite file as ours


class Outcome(StrEnum):
    """How one exchange, or the reading of what it brought, ended. Stored with every fetch."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    LEGAL = "legal"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"
    BLOCKED_ROBOTS = "blocked_robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    REFUSED_ADDRESS = "refused_address"
    REFUSED_URL = "refused_url"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL_ERROR = "protocol_error"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_REDIRECT = "bad_redirect"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECTED = "redirected"
    DEFERRED = "deferred"
    CHALLENGE = "challenge"
    CONSENT_WALL = "consent_wall"
    LOGIN_WALL = "login_wall"
    SOFT_NOT_FOUND = "soft_not_found"
    PARKED = "parked"
    UNSUPPORTED = "unsupported"
    BAD_FEED = "bad_feed"
    BAD_CONTENT = "bad_content"
    EMPTY = "empty"
    CRASHED = "crashed"


class ArticleState(StrEnum):
    """What the last checks say about the address of an article. `new` means that it has not been read yet."""

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    BLOCKED = "blocked"
    GONE = "gone"
    PARKED = "parked"
    HIJACKED = "hijacked"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


class Consent(StrEnum):
    """The part of a post that may be published, from widest to narrowest (consent/levels.py)."""

    FULL = "full"
    REFERENCE = "reference"
    LINK_ONLY = "link-only"
    NONE = "none"


class AliasReason(StrEnum):
    """Why an address is said to be an article's. Rules are written `rule:<name>` and are not members."""

    AS_POSTED = "as-posted"
    REDIRECT = "redirect"
    CANONICAL = "canonical"
    TEXT_MATCH = "text-match"
    CURATOR = "curator"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be done: an ordinary value, shown to people and counted."""

    url: str
    stage: str
    outcome: Outcome
    message: str
    retry_after: datetime | None = None
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    robots_rule: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A URL inside a post, exactly as its author wrote it."""

    url: str
    shown: str = ""
    origin: LinkOrigin = "body"


@dataclass(frozen=True, slots=True)
class Card:
    """A link preview that a network drew under a post; `link` is None when it came without an address."""

    title: str
    description: str = ""
    site_name: str = ""
    link: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who published a post; an empty handle means unknown. `aliases`: other handles in use."""

    network: str
    handle: str
    name: str = ""
    url: str = ""
    consent: Consent = Consent.FULL
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a post was read: a file and its first and last line (from 1), or a request, and the id by which the server asked knows the post."""

    file: str | None = None
    lines: tuple[int, int] | None = None
    request: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `uri` is its global id; `reasons` are the signals that narrowed its consent."""

    network: str
    uri: str
    text: str
    url: str = ""
    author: Author | None = None
    html: str = ""
    language: str = ""
    published: datetime | None = None
    edited: datetime | None = None
    hashtags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    cards: tuple[Card, ...] = ()
    thread_key: str | None = None
    thread_position: int | None = None
    visibility: str = "public"
    consent: Consent = Consent.FULL
    sensitive: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    provenance: Provenance = Provenance()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a source asks of a server. `body` makes it a POST of that JSON text."""

    url: str
    accept: str = "*/*"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    purpose: Purpose = "api"


@dataclass(frozen=True, slots=True)
class FetchTask:
    """One URL wanted, why, and what we remember of it. `archived`: file and offset of its last record."""

    url: str
    purpose: Purpose = "page"
    accept: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    archived: tuple[str, int] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the address that answered, and with which status."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, decoded. `headers` keep their order; names are lower case."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0
    waited_ms: int = 0
    elapsed_ms: int = 0
    robots_rule: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_original: str | None = None

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Directives:
    """What a page asks of those who read it by machine (robots meta, X-Robots-Tag, Content-Signal, tdm-reservation)."""

    noindex: bool = False
    noarchive: bool = False
    nosnippet: bool = False
    max_snippet: int | None = None
    no_ai: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """What was read at one address. `field_sources` says for each field where it was found (json-ld, og, meta, byline, url, text, …)."""

    url: str
    title: str
    text: str
    canonical: str | None = None
    authors: tuple[str, ...] = ()
    site_name: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    language: str = ""
    description: str = ""
    headings: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    content_hash: str = ""
    word_count: int = 0
    media_type: str = "text/html"
    directives: Directives = Directives()
    field_sources: tuple[tuple[str, str], ...] = ()
    extractor: str = ""


class Evidence(Struct, frozen=True, gc=False):
    """Why a topic was given: the quoted words, the character offset of the first ones in the field,
    the rule that matched, how often the words occur, and of running text the first sentence (on one
    line) with them. Learned phrases are one piece: the weightiest is quoted, `times` counts them.
    """

    field: str
    quote: str
    start: int
    rule: str
    weight: float
    times: int = 1
    sentence: str = ""


class TopicScore(Struct, frozen=True, gc=False):
    """One topic of one text, with all its evidence."""

    topic: str
    score: float
    confidence: Confidence
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be tagged: fields may be empty. `post`, what a post says that shares it, is looked at only where there is no text."""

    title: str = ""
    text: str = ""
    hashtags: tuple[str, ...] = ()
    url: str = ""
    headings: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as matching sees it."""

    article_id: int
    url: str
    title: str = ""
    site_name: str = ""
    text: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A card without an address, and the articles that its own post links to."""

    card_id: int
    card: Card
    nearby: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Two things found to be one: a card or article, the article it is, and how sure we are (0 to 1)."""

    subject_id: int
    article_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the taxonomy, as `data/topics/<slug>.toml` says it."""

    slug: str
    label: str
    definition: str
    broader: str | None = None
    formerly: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    confused_with: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    contextual: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    not_this: tuple[str, ...] = ()
    start_here: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or figure that a text holds, with the first sentence that does, and the offset of the name in the text, in characters."""

    slug: str
    name: str
    kind: str
    sentence: str
    start: int


class Relation(Struct, frozen=True, gc=False):
    """Two articles that belong together: how much (0 to 1), and why."""

    article_id: int
    other_id: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event or idea; `members` has the lead first, then in order of time."""

    lead: int
    members: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the curator on `subject`, a URL (of a post if `post`), host, source or author.
    `other`: the topic, the target of a merge, or a note's text. `where`: its file and entry."""

    action: CuratorAction
    subject: str
    other: str
    reason: str
    who: str = "curator"
    post: bool = False
    where: str = field(default="", compare=False)
