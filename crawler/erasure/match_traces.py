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

from crawler import url_parser
from crawler.links.article_key import normalize_url
from crawler.public_suffixes import registrable_domain
from crawler.store.tombstones import REMOVED, author_identifier, digest

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
_PROFILE = re.compile(r"/(?:@|users/|profile/|user\?id=)[^/]+$")
_BEFORE = r"(?:(?<![\w.-])|(?<=%2F)|(?<=%253A)|(?<=u0040))(?:www\.)?"
_AFTER = r"(?![\w~-]|[.@][\w]|%(?!2[0236]|3F|3C|3E))"
_AFTER_PAGE = rf"/?(?!/){_AFTER}"
_ANY_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,8}(?::|%3A|%253A)(?:\\?/|%2F|%252F){2})?"

# The characters that no URL contains unescaped (RFC 3986, appendix A).
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x20]+", re.IGNORECASE)
_URI = re.compile(r"\b(?:at|urn):[^\s\"'<>\\^`{|}\x00-\x20]+")
_HANDLE = re.compile(
    r"(?<![\w.+-])(?:[\w.+-]++@[\w-]++(?:\.[\w-]++)++|\w[\w-]*+(?:\.[\w-]++)++)", re.ASCII
)
_TRAILING = ".,;:!?)]}*_"
_LONGEST = 200
_SHORTEST_PREFIX = 4


@dataclass(frozen=True)
class Traces:
    """The erased URLs and handles to search for.

    `words` are URLs, article keys and `network:handle`, if they are known. Tombstones store only
    `digests`, so every URL and handle that a text contains is compared by digest. `networks` are
    those under which a handle may have been erased.
    """

    words: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    networks: tuple[str, ...] = ()
    _token_results: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    _prefixes: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def in_text(self, text: str) -> set[str]:
        """Return every erased URL or handle that the text contains, as it is spelled there."""
        spellings = self._spellings_of_words(text)
        if self.digests:
            tokens = (token for view in decoded_views(text) for token in _tokens(view))
            spellings |= {token for token in tokens if self._is_erased(token)}
        return spellings

    def in_bytes(self, data: bytes) -> set[str]:
        """Return every erased URL or handle in the bytes of a database file.

        Values follow each other there without separators.
        """
        text = data.decode("latin-1")
        spellings: set[str] = set()
        if self.words:
            spellings |= {match[0] for match in self._unbounded.finditer(text)}
        if self.digests:
            for token in _tokens(text):
                spellings |= self._erased_prefixes(token)
        return spellings

    def redacted(self, text: str) -> str:
        """Return the text with every word replaced by a mark. Digests cannot be replaced.

        A URL that is another spelling of an erased one is replaced as well.
        """
        if not self._may_contain_word(text):
            return text
        return self._pattern.sub(REMOVED, _URL.sub(self._redacted_url, text))

    def _redacted_url(self, match: re.Match[str]) -> str:
        url = match[0].rstrip(_TRAILING)
        return REMOVED + match[0][len(url) :] if self._has_key_of(url) else match[0]

    def _has_key_of(self, url: str) -> bool:
        """Whether `url` has the key of an erased URL."""
        if not any(domain in url.lower() for domain in self._domains):
            return False
        normalized = normalize_url(url)
        return not self._keys.isdisjoint((normalized.key, *normalized.stages))

    @cached_property
    def _keys(self) -> frozenset[str]:
        urls = [word for word in self.words if "://" in word]
        return self.words.union(normalize_url(url).key for url in urls) - {""}

    @cached_property
    def _domains(self) -> frozenset[str]:
        """The domains of the erased URLs, which all their spellings contain."""
        hosts = (url_parser.host_of(word).lower() for word in self.words if "://" in word)
        return frozenset(registrable_domain(host) or host for host in hosts if host)

    def _spellings_of_words(self, text: str) -> set[str]:
        if not self._may_contain_word(text):
            return set()
        urls = {url.rstrip(_TRAILING) for url in _URL.findall(text)}
        return {match[0] for match in self._pattern.finditer(text)}.union(
            filter(self._has_key_of, urls)
        )

    def _may_contain_word(self, text: str) -> bool:
        """Whether any spelling or domain occurs: one pass of an automaton over the text."""
        if not self.words:
            return False
        return bool(self._automaton.find_matches_as_indexes(text.lower()))

    @cached_property
    def _searched_words(self) -> tuple[str, ...]:
        """The words without URLs below a profile, which the pattern of the profile matches."""
        cores = {_core(word): word for word in sorted(self.words) if word}
        forms = [form for core in cores for form in _forms(core)]
        profiles = tuple(f"{form}/" for form in forms if _PROFILE.search(form))
        return tuple(word for core, word in cores.items() if not core.startswith(profiles))

    @cached_property
    def _searched_forms(self) -> frozenset[str]:
        words = self._searched_words
        return frozenset(form for word in words for form in _forms(_core(word)))

    @cached_property
    def _automaton(self) -> AhoCorasick:
        forms = {form.lower() for form in self._searched_forms}
        return AhoCorasick(sorted(forms | self._domains))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        patterns = map(_bounded_pattern, _longest_first(self._searched_words))
        return re.compile("|".join(patterns), re.I)

    @cached_property
    def _unbounded(self) -> re.Pattern[str]:
        patterns = map(re.escape, _longest_first(self._searched_forms))
        return re.compile("|".join(patterns), re.I)

    def _is_erased(self, token: str) -> bool:
        if token not in self._token_results:
            digests = map(digest, self._identifiers(token))
            self._token_results[token] = any(value in self.digests for value in digests)
        return self._token_results[token]

    def _identifiers(self, token: str) -> Iterator[str]:
        """Yield the identifiers under which a token may have been erased."""
        bare = token.rstrip(_TRAILING)
        yield from (token, bare)
        if "://" in bare:
            normalized = normalize_url(bare)
            yield from (bare.rstrip("/"), bare + "/", normalized.key, *normalized.stages)
        elif ":" not in bare:
            yield from (author_identifier(network, bare) for network in self.networks)

    def _erased_prefixes(self, token: str) -> frozenset[str]:
        """Return the erased prefixes of a token: another value may follow directly."""
        if token not in self._prefixes:
            self._prefixes[token] = frozenset(self._find_prefixes(token[:_LONGEST]))
        return self._prefixes[token]

    def _find_prefixes(self, token: str) -> Iterator[str]:
        for namespace in self._namespaces(token):
            hashed = hashlib.sha256(namespace.encode())
            letters = token.casefold() if namespace else token
            for length, letter in enumerate(letters, 1):
                hashed.update(letter.encode("utf-8", "replace"))
                if length >= _SHORTEST_PREFIX and hashed.hexdigest() in self.digests:
                    yield token[:length]

    def _namespaces(self, token: str) -> tuple[str, ...]:
        """Return the prefixes with which a token may have been erased: `network:` of a handle."""
        if ":" in token:
            return ("",)
        if "@" in token:
            return tuple(f"{network}:" for network in self.networks)
        return ("bluesky:",)  # where a handle is a host name


def decoded_views(text: str) -> list[str]:
    """Return the text, and the text with percent, HTML and JSON escapes decoded, if it has any."""
    versions = [text]
    if "%" in text:
        versions += [unquote(text), unquote(unquote(text))]
    if "&" in text:
        versions.append(html.unescape(text))
    if "\\" in text:
        versions.append(text.replace("\\/", "/").replace("\\u0040", "@").replace("\\u0026", "&"))
    return list(dict.fromkeys(versions))


def _tokens(text: str) -> set[str]:
    """Return the URLs, URIs and handles in a text."""
    handles = {token for token in _HANDLE.findall(text) if len(token) <= _LONGEST}
    return {*_URL.findall(text), *_URI.findall(text), *handles}


def _longest_first(words: Iterable[str]) -> Collection[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _core(word: str) -> str:
    """Return the part of a URL, key or author that all its spellings share."""
    if "://" in word:
        return _SCHEME.sub("", word).rstrip("/") or word
    network, colon, handle = word.partition(":")
    is_author = colon and "/" not in word and network.isalpha()
    return handle if is_author and ("@" in handle or "." in handle) else word.rstrip("/")


def _forms(core: str) -> set[str]:
    """Return the spellings of one core: plain, percent-encoded, in HTML and in JSON."""
    forms = {core, quote(core, safe=""), quote(core, safe="/@:?=&"), quote(quote(core, safe=""))}
    forms |= {unquote(core), html.escape(core), core.replace("/", "\\/")}
    forms |= {core.replace("@", "\\u0040"), core.replace("@", "%40"), core.replace("&", "\\u0026")}
    user, at, host = core.partition("@")
    if at and "/" not in core and user:
        forms |= {f"{host}/@{user}", f"{host}/users/{user}"}
    return forms


def _bounded_pattern(word: str) -> str:
    """Return a pattern for one word that does not match a longer URL or handle."""
    patterns = []
    for form in _longest_first(_forms(_core(word))):
        after = _AFTER if _PROFILE.search(form) else _AFTER_PAGE
        patterns.append(re.escape(form) + after)
    return f"{_ANY_SCHEME}{_BEFORE}(?:{'|'.join(patterns)})"
