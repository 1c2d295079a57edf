"""Finding erased URLs and handles in text, in every spelling under which they are stored.

Pure functions.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, unquote

from ahocorasick_rs import AhoCorasick

from crawler.links.article_key import normalize_url
from crawler.store.tombstones import REMOVED, author_identifier, digest

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
_PROFILE = re.compile(r"/(?:@|users/|profile/|user\?id=)[^/]+$")
_BEFORE = r"(?:(?<![\w.-])|(?<=%2F)|(?<=%253A)|(?<=u0040))(?:www\.)?"
_AFTER = r"(?![\w~-]|[.@][\w]|%(?!2[0236]|3F|3C|3E))"
_AFTER_PAGE = rf"/?(?!/){_AFTER}"

# The characters that no URL contains unescaped (RFC 3986, appendix A).
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x20]+", re.IGNORECASE)
_URI = re.compile(r"\b(?:at|urn):[^\s\"'<>\\^`{|}\x00-\x20]+")
_HANDLE = re.compile(
    r"(?<![\w.+-])(?:[\w.+-]++@[\w-]++(?:\.[\w-]++)++|\w[\w-]*+(?:\.[\w-]++)++)", re.ASCII
)
_TRAILING = ".,;:!?)]}*_"
_LONGEST = 200


@dataclass(frozen=True)
class Traces:
    """What to look for: `words` (URLs, keys, `network:handle`) if they are known, and `digests`.

    Tombstones hold digests only, so without words every URL and handle that a text contains is
    compared by digest; `networks` are those under which a handle may have been forgotten.
    """

    words: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    networks: tuple[str, ...] = ()
    _seen: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    _starts: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def in_text(self, text: str) -> set[str]:
        """Every erased URL or handle that the text contains, as it is spelled there."""
        found = {match[0] for match in self._matches(text)}
        if self.digests:
            found |= {
                token for view in decoded_views(text) for token in _tokens(view) if self._is(token)
            }
        return found

    def in_bytes(self, data: bytes) -> set[str]:
        """The same for the bytes of a database file, in which values follow without separators."""
        text = data.decode("latin-1")
        found = {match[0] for match in self._unbounded.finditer(text)} if self.words else set()
        if self.digests:
            found |= {start for token in _tokens(text) for start in self._forgotten_starts(token)}
        return found

    def cleared(self, text: str) -> str:
        """The text with every word replaced by a mark. Needs words; digests cannot be replaced."""
        return self._pattern.sub(REMOVED, text) if self._may_hold(text) else text

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text) if self._may_hold(text) else iter(())

    def _may_hold(self, text: str) -> bool:
        """Whether any form occurs at all: an automaton tells that in one pass, however many."""
        if not self.words:
            return False
        return bool(self._automaton.find_matches_as_indexes(text.lower()))

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        """The words without those under a profile, which the profile's own pattern covers."""
        cores = {_core(word): word for word in sorted(self.words) if word}
        above = tuple(
            f"{form}/" for core in cores for form in _forms(core) if _PROFILE.search(form)
        )
        return tuple(word for core, word in cores.items() if not core.startswith(above))

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(
            sorted({f.lower() for word in self._needed for f in _forms(_core(word))})
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(_bounded(word) for word in _longest_first(self._needed)), re.I)

    @cached_property
    def _unbounded(self) -> re.Pattern[str]:
        forms = {form for word in self._needed for form in _forms(_core(word))}
        return re.compile("|".join(map(re.escape, _longest_first(forms))), re.I)

    def _is(self, token: str) -> bool:
        if token not in self._seen:
            self._seen[token] = any(digest(each) in self.digests for each in self._readings(token))
        return self._seen[token]

    def _readings(self, token: str) -> Iterator[str]:
        """Everything that a token may have been forgotten as."""
        bare = token.rstrip(_TRAILING)
        yield from (token, bare)
        if "://" in bare:
            yield from (bare.rstrip("/"), bare + "/", normalize_url(bare).key)
        elif ":" not in bare:
            yield from (author_identifier(network, bare) for network in self.networks)

    def _forgotten_starts(self, token: str) -> frozenset[str]:
        """The beginnings of a token that were forgotten: another value may follow directly."""
        if token not in self._starts:
            self._starts[token] = frozenset(self._starts_of(token[:_LONGEST]))
        return self._starts[token]

    def _starts_of(self, token: str) -> Iterator[str]:
        for head in self._heads(token):
            hashed = hashlib.sha256(head.encode())
            for at, letter in enumerate(token.casefold() if head else token):
                hashed.update(letter.encode("utf-8", "replace"))
                if at > 2 and hashed.hexdigest() in self.digests:
                    yield token[: at + 1]

    def _heads(self, token: str) -> tuple[str, ...]:
        """What precedes a token in the form in which it is forgotten: `network:` of a handle."""
        if ":" in token:
            return ("",)
        if "@" in token:
            return tuple(f"{network}:" for network in self.networks)
        return ("bluesky:",)  # where a handle is a host name


def decoded_views(text: str) -> list[str]:
    """The text, and the text with percent, HTML and JSON escapes resolved, if it has any."""
    found = [text]
    if "%" in text:
        found += [unquote(text), unquote(unquote(text))]
    if "&" in text:
        found.append(html.unescape(text))
    if "\\" in text:
        found.append(text.replace("\\/", "/").replace("\\u0040", "@").replace("\\u0026", "&"))
    return list(dict.fromkeys(found))


def _tokens(text: str) -> set[str]:
    found = {*_URL.findall(text), *_URI.findall(text)}
    return found | {token for token in _HANDLE.findall(text) if len(token) <= _LONGEST}


def _longest_first(words: Iterable[str]) -> Collection[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _core(word: str) -> str:
    """The part of a URL, key or author that all its spellings share."""
    if "://" in word:
        return _SCHEME.sub("", word).rstrip("/") or word
    network, colon, handle = word.partition(":")
    is_handle = colon and "/" not in word and network.isalpha()
    return handle if is_handle and ("@" in handle or "." in handle) else word.rstrip("/")


def _forms(core: str) -> set[str]:
    """The spellings of one core: as it is, percent-encoded, in HTML and in JSON."""
    forms = {core, quote(core, safe=""), quote(core, safe="/@:?=&"), quote(quote(core, safe=""))}
    forms |= {unquote(core), html.escape(core), core.replace("/", "\\/")}
    forms |= {core.replace("@", "\\u0040"), core.replace("@", "%40"), core.replace("&", "\\u0026")}
    user, at, host = core.partition("@")
    if at and "/" not in core and user:
        forms |= {f"{host}/@{user}", f"{host}/users/{user}"}
    return forms


def _bounded(word: str) -> str:
    """A pattern for one word that does not match a longer URL or handle."""
    patterns = []
    for form in _longest_first(_forms(_core(word))):
        after = _AFTER if _PROFILE.search(form) else _AFTER_PAGE
        patterns.append(re.escape(form) + after)
    scheme = r"(?:[a-z][a-z0-9+.-]{1,8}(?::|%3A|%253A)(?:\\?/|%2F|%252F){2})?"
    return f"{scheme}{_BEFORE}(?:{'|'.join(patterns)})"
