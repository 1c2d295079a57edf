"""Finding erased URLs and handles in text, in every spelling under which they are stored.

Pure functions.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, unquote

from ahocorasick_rs import AhoCorasick

from crawler import url_parser
from crawler.consent.handles import accounts_named_in
from crawler.consent.mentioned_people import names_one_account
from crawler.consent.profile_urls import (
    accounts_in_url,
    accounts_of_profile,
    federated_profiles,
    names_account,
    web_page,
)
from crawler.consent.urls_in_text import absolute_url, replace_urls, urls_in_text
from crawler.links.article_key import normalize_url
from crawler.public_suffixes import site_of
from crawler.store.tombstones import REMOVED, author_identifier, digest
from crawler.url_ends import LETTER, WORD

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
# Percent-encoded ASCII characters that end a name.
_ENDS = ("[01][0-9A-F]", "2[0-9A-C]", "2F", "3[A-F]", "5[B-E]", "60", "7[B-F]")
_ENCODED_END = rf"(?:25)?(?:{'|'.join(_ENDS)})"
_AFTER_ENCODED = "|".join(f"(?<=%{escape}{code})" for escape in ("", "25") for code in (*_ENDS, 40))
_BEFORE = rf"(?:(?<!{WORD})(?<![.-])|(?<!{LETTER}_)(?<=_)|{_AFTER_ENCODED}|(?<=u0040))(?:www\.)?"
_ANY_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,8}(?::|%3A|%253A)(?:\\?/|%2F|%252F){2})?"
_UP_TO_FORM = re.compile(rf"{_ANY_SCHEME}{_BEFORE}\Z", re.IGNORECASE)
_LONGEST_PREFIX = 40
_CONTINUED = rf"[~-]|[.@]{WORD}|%(?!{_ENCODED_END})"
_AFTER = re.compile(rf"(?!{WORD}|{_CONTINUED})", re.IGNORECASE)
_LONGER_PAGE = rf"/|%(?:25)?2F|(?:\?|%(?:25)?3F){WORD}|&[\w-]+="
_AFTER_PAGE = re.compile(rf"/?(?!{_LONGER_PAGE}|{WORD}|{_CONTINUED})", re.IGNORECASE)
_AFTER_HANDLE = re.compile(rf"(?!_*{LETTER}|{_CONTINUED})", re.IGNORECASE)
_URI = re.compile(r"\b(?:at|urn):[^\s\"'<>\\^`{|}\x00-\x20]+")
_HANDLE = re.compile(
    r"(?<![\w.+-])(?:[\w.+-]++@[\w-]++(?:\.[\w-]++)++|(?:(?<!/)@)?\w[\w-]*+(?:\.[\w-]++)++)",
    re.ASCII,
)
_FULL_HANDLE = re.compile(r"[^/@]*(?:@|＠|%40|%2540|\\u0040)[^/@]+")
_TRAILING = ".,;:!?)]}*_"
_DID = "did:"
_BLUESKY_HOST = ".bsky.social"
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
            spellings |= {text[start:end] for _, start, end in self._form_matches(text)}
        if self.digests:
            for token in _tokens(text):
                if ":" in token or "/" not in token:
                    spellings |= self._erased_prefixes(token)
        return spellings

    def redacted(self, text: str) -> str:
        """Return the text with every word replaced by a mark. Digests cannot be replaced.

        A URL that is another spelling of an erased one is replaced as well.
        """
        if self._has_mark(text):
            text = replace_urls(text, self._names_erased, REMOVED)
        parts, after = [], 0
        for start, end in self._spans(text):
            parts += [text[after:start], REMOVED]
            after = end
        return "".join((*parts, text[after:]))

    def _names_erased(self, url: str) -> bool:
        """Whether `url` is erased, or names an erased account in a parameter."""
        return self.is_erased_url(url) or not self.words.isdisjoint(
            map(_identifier, accounts_named_in(url))
        )

    def is_erased_url(self, url: str) -> bool:
        """Whether `url` is a page of an erased account, or has the key of an erased URL."""
        if not self.words.isdisjoint(map(_identifier, accounts_in_url(url))):
            return True
        if not _occurs(self._domain_automaton, url.lower()):
            return False
        normalized = normalize_url(web_page(url))
        return not self._keys.isdisjoint((normalized.key, *normalized.stages))

    @cached_property
    def _keys(self) -> frozenset[str]:
        urls = [web_page(word) for word in self.words if "://" in word]
        return self.words.union(normalize_url(url).key for url in urls) - {""}

    def _spellings_of_words(self, text: str) -> set[str]:
        spellings = {text[start:end] for start, end in self._spans(text)}
        if self._has_mark(text):
            urls = urls_in_text(text)
            spellings |= {url for url in urls if self._names_erased(absolute_url(url))}
        return spellings

    def _has_mark(self, text: str) -> bool:
        """Whether a domain of an erased URL or the name of an account occurs."""
        lowered = text.lower()
        return bool(self.words) and (
            _occurs(self._domain_automaton, lowered) or _occurs(self._name_automaton, lowered)
        )

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each spelling that is not a part of a longer URL or handle."""
        last = 0
        for number, start, end in self._form_matches(text):
            before = _UP_TO_FORM.search(text, max(last, start - _LONGEST_PREFIX), start)
            after = self._forms[number][1].match(text, end)
            is_user = text.startswith("@", start) and text.startswith(
                "/", start - 1
            )  # of that host
            if start >= last and before and after and not is_user:
                last = after.end()
                yield before.start(), last

    def _form_matches(self, text: str) -> list[tuple[int, int, int]]:
        """Return number, start and end of each form in `text`; of one start, the longest first."""
        if not self.words:
            return []
        matches = self._form_automaton.find_matches_as_indexes(_lower(text), overlapping=True)
        return sorted(matches, key=lambda match: (match[1], -match[2]))

    @cached_property
    def _forms(self) -> list[tuple[str, re.Pattern[str]]]:
        """The spellings of all words in lower case, each with the pattern of the text after it."""
        patterns: dict[str, re.Pattern[str]] = {}
        for core in map(_core, self._searched_words):
            profiles = self._profiles(core)
            for form in _forms(core):
                if form in profiles:
                    patterns[form.lower()] = _AFTER
                else:
                    after = _AFTER_HANDLE if _FULL_HANDLE.fullmatch(form) else _AFTER_PAGE
                    patterns.setdefault(form.lower(), after)
        return sorted(patterns.items(), key=lambda item: item[0])

    @cached_property
    def _form_automaton(self) -> AhoCorasick:
        return AhoCorasick([form for form, _ in self._forms])

    @cached_property
    def _domain_automaton(self) -> AhoCorasick:
        urls = (web_page(word) for word in self.words if "://" in word)
        hosts = (url_parser.host_of(url).lower() for url in urls)
        return AhoCorasick(sorted({*map(site_of, hosts)} - {""}))

    @cached_property
    def _name_automaton(self) -> AhoCorasick:
        return AhoCorasick(sorted(set(map(_user_name, self.words)) - {""}))

    @cached_property
    def _searched_words(self) -> tuple[str, ...]:
        """The words without URLs below a profile, which the pattern of the profile matches."""
        cores = {_core(word): word for word in sorted(self.words) if word}
        profiles = tuple(f"{form}/" for core in cores for form in self._profiles(core))
        return tuple(word for core, word in cores.items() if not core.startswith(profiles))

    def _profiles(self, core: str) -> set[str]:
        """Return the spellings of `core` with pages below: DIDs, and profiles of erased authors.

        The URL of a user name without a host may also be that of another page.
        """
        url = f"https://{core}"
        is_certain = names_account(url)
        is_profile = core.startswith(_DID) or any(
            (is_certain and names_one_account(network, handle))
            or author_identifier(network, handle) in self.words
            for network, handle in accounts_of_profile(url)
        )
        profiles = {core} if is_profile else federated_profiles(core)
        return {form for profile in profiles for form in _encodings(profile)}

    def _is_erased(self, token: str) -> bool:
        if token not in self._token_results:
            digests = map(digest, self._identifiers(token))
            self._token_results[token] = any(value in self.digests for value in digests)
        return self._token_results[token]

    def _identifiers(self, token: str) -> Iterator[str]:
        """Yield the identifiers under which a token may have been erased."""
        bare = token.rstrip(_TRAILING)
        if ":" in bare or "/" in bare:  # a host in a text is not the key of its front page
            yield from (token, bare)
        if "/" in bare:
            url = absolute_url(bare)
            normalized = normalize_url(web_page(url))
            yield from (url.rstrip("/"), f"{url}/", normalized.key, *normalized.stages)
            yield from map(_identifier, accounts_named_in(absolute_url(token)))
        elif ":" not in bare and not _is_own_domain(bare):
            handle = bare.removeprefix("@")
            yield from (author_identifier(network, handle) for network in self.networks)

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
        return ("bluesky:",) if _BLUESKY_HOST in token.lower() else ()


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
    return {*urls_in_text(text), *_URI.findall(text), *handles}


def _lower(text: str) -> str:
    """Return `text` in lower case, with as many characters."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _occurs(automaton: AhoCorasick, lowered: str) -> bool:
    return bool(automaton.find_matches_as_indexes(lowered))


def _identifier(account: tuple[str, str]) -> str:
    return author_identifier(*account)


def _user_name(word: str) -> str:
    """Return the name in lower case that every profile of the author `word` contains, or ""."""
    network, colon, handle = word.partition(":")
    is_author = colon and "/" not in word and network.isalpha()
    return handle.partition("@")[0].rpartition(":")[2].lower() if is_author else ""


def _core(word: str) -> str:
    """Return the part of a URL, key or author that all its spellings share."""
    if "://" in word:
        return _SCHEME.sub("", word).rstrip("/") or word
    network, colon, handle = word.partition(":")
    is_author = colon and "/" not in word and network.isalpha()
    if not (is_author and names_one_account(network, handle)):
        return word.rstrip("/")
    return f"@{handle}" if _is_own_domain(handle) else handle


def _is_own_domain(handle: str) -> bool:
    """Whether a handle is the domain of a web site, which only `@` before it makes a handle."""
    return ":" not in handle and "@" not in handle and not handle.lower().endswith(_BLUESKY_HOST)


def _forms(core: str) -> set[str]:
    """Return the spellings of one core, and of its profiles if it is `user@host`."""
    return {form for page in (core, *federated_profiles(core)) for form in _encodings(page)}


def _encodings(page: str) -> set[str]:
    """Return the spellings of a page or handle: plain, percent-encoded, in HTML and in JSON."""
    forms = {page, quote(page, safe=""), quote(page, safe="/@:?=&"), quote(quote(page, safe=""))}
    forms |= {unquote(page), html.escape(page), page.replace("/", "\\/")}
    return forms | {
        page.replace("@", "\\u0040"),
        page.replace("@", "%40"),
        page.replace("@", "＠"),
        page.replace("&", "\\u0026"),
    }
