"""The words that a post adds to the article that it shares. Pure functions.

A post usually repeats the title and the URL of the article and ends with hashtags. Readers of the
article's page see these already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crawler.urls_and_hashtags import blank_urls_and_hashtags, find_urls

_SHORT_TITLE = 12  # letters; a shorter title is removed only where it is a whole line
_SITE_NAME = re.compile(r"\s+[|–—·•-]\s+")
_SCHEME = re.compile(r"\A(?:https?://)?(?:www\.)?", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")
_AROUND_URL = "()[]<>{}\"'“”‘’,;:!"
_CUT = ("…", "...")
_URL_PARTS = ("/", *_CUT)
_DOTTED_I = {0x130: "i", 0x131: "i"}  # İ and ı, which patterns without case equate with i
_TRAILING_HASHTAGS = re.compile(r"(?:(?:\A|(?<=\s))[#＃][^\s#＃]+\s*)+\Z")
_EMPTY_QUOTES = re.compile(r"[\"“”„«»‘’']\s*[\"“”„«»‘’']|\(\s*\)|\[\s*\]")
_SPACES = re.compile(r"[^\S\n]{2,}")
_SPACE_AROUND_BREAK = re.compile(r"[^\S\n]*\n[^\S\n]*")
_BREAKS = re.compile(r"\n{3,}")
_LEADING = " \n\t:;,|·•–—→>-"
_TRAILING = " \n\t:;,|·•–—→>(-"
_SENTENCE_END = re.compile(r"\n|[.!?](?=\s)")
_MENTIONS = re.compile(r"@[\w@.-]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
# Words that only announce a link, in the form without punctuation.
_ANNOUNCEMENTS = frozenset((
    "article", "article by", "ask hn", "blog post", "by", "from", "from the archives", "html",
    "link", "new", "new article", "new blog post", "new on the blog", "new post", "on the blog",
    "pdf", "podcast", "read", "read more", "shared", "show hn", "slides", "source", "talk",
    "tell hn", "via", "video", "watch",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostText:
    """The words of a post in two parts, of which `remainder` follows `head`.

    `is_cut` tells whether the original has more words than the two parts.
    """

    head: str
    remainder: str = ""
    is_cut: bool = False

    def __bool__(self) -> bool:
        """Whether there are any words."""
        return bool(self.head)

    def joined(self) -> str:
        """Return both parts, with an ellipsis if the original has more words."""
        return f"{self.head} {self.remainder}".rstrip() + (" …" if self.is_cut else "")


class ArticleWords:
    """The title and the URLs of one article, which the posts that share it repeat."""

    def __init__(self, title: str, urls: Iterable[str]) -> None:
        """Prepare the `title` and the `urls` of the article for comparison."""
        self._urls = frozenset(filter(None, map(_comparable_url, urls)))
        without_site = _SITE_NAME.split(title)[0]
        titles = dict.fromkeys((title, without_site))
        self._titles = {words: _without_case(words) for words in titles if words.strip()}

    def remove_from(self, text: str) -> str:
        """Return the words of `text` beyond the title, the URLs and the hashtags at the end.

        The result is empty if the words only announce the link.
        """
        words = self._without_urls(text)
        for title, comparable in self._titles.items():
            if comparable in _without_case(words):  # few posts: a pattern is slow to compile
                words = _title_pattern(title).sub(" ", words)
        words = _tidy(_TRAILING_HASHTAGS.sub("", words.rstrip()))
        return "" if _says_nothing(words) else words

    def _without_urls(self, text: str) -> str:
        for url in find_urls(text):
            if self._is_known(url):
                text = text.replace(url, " ")
        if not any(part in text for part in _URL_PARTS):
            return text
        return _TOKEN.sub(lambda match: self._without_token(match[0]), text)

    def _without_token(self, token: str) -> str:
        """Return a space for a URL without scheme, or cut as networks show it, else the token."""
        bare = token.strip(_AROUND_URL)
        for ellipsis in _CUT:
            start = _comparable_url(bare.removesuffix(ellipsis)) if bare.endswith(ellipsis) else ""
            if "." in start and any(url.startswith(start) for url in self._urls):
                return " "
        return " " if "/" in bare and self._is_known(bare) else token

    def _is_known(self, url: str) -> bool:
        return _comparable_url(url) in self._urls


def split_text(text: str, limit: int, *, has_original: bool) -> PostText:
    """Return about the first `limit` characters of `text` and the rest, divided after a sentence.

    Without the end of a sentence in the second half, the text is divided between words. A short
    rest is not divided.
    If readers can follow a link to the original (`has_original`), the rest is left out.
    """
    if len(text) <= limit + (0 if has_original else limit // 3):
        return PostText(text)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, limit // 2, limit + 1)]
    space = max(text.rfind(space, limit // 2, limit + 1) for space in " \n")
    end = ends[-1] if ends else space if space > 0 else limit
    remainder = text[end:].strip()
    return PostText(
        text[:end].rstrip(), "" if has_original else remainder, has_original and bool(remainder)
    )


def _comparable_url(url: str) -> str:
    page = _SCHEME.sub("", url).partition("#")[0]
    return page.rstrip("/").casefold()


def _without_case(text: str) -> str:
    """Return `text` so that texts which a pattern without case equates are equal."""
    return " ".join(text.translate(_DOTTED_I).casefold().split())


@lru_cache(maxsize=64)
def _title_pattern(title: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, title.split()))
    if len(title) < _SHORT_TITLE:
        return re.compile(rf"^\W*{words}\W*$", re.IGNORECASE | re.MULTILINE)
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", _EMPTY_QUOTES.sub(" ", text))
    if "\n" in text:
        text = _BREAKS.sub("\n\n", _SPACE_AROUND_BREAK.sub("\n", text))
    return text.lstrip(_LEADING).rstrip(_TRAILING)


def _says_nothing(text: str) -> bool:
    words = _MENTIONS.sub(" ", blank_urls_and_hashtags(text))
    letters = _NOT_LETTERS.sub(" ", words).strip().casefold()
    return letters in _ANNOUNCEMENTS or not any(map(str.isalpha, letters))
