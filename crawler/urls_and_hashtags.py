"""Find URLs and hashtags in a text, and blank them. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from crawler.text_cleaning import fold
from crawler.url_ends import UNSPACED_LETTERS, URL_STOPS, unopened_bracket

_WORD = re.compile(r"\S+")
_HASH_SIGNS = ("#", "\uff03")
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ")", '"', "”")
_MANY_HASHTAGS = 3  # so many after the last sentence of a post do not belong to it
_PICTURES = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_URL = re.compile(rf"(?<![A-Za-z0-9_])(?:https?://|www\.)[^{URL_STOPS}]+", re.IGNORECASE)
_URL_SLUG = re.compile(r"(?<=/)[^\W_]+(?:[-_][^\W_]+){2,}(?=[/?#.]|$)")
_LONGEST_URL = 2000
_WRITTEN_URL = re.compile(
    rf"(?<!/)(?:https?://|(?<![A-Za-z0-9_.@])www\.)[^{URL_STOPS}]{{1,{_LONGEST_URL + 1}}}(…?)",
    re.IGNORECASE,
)
_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x0*26);|amp$)+(?:amp;)*", re.IGNORECASE)
_CLOSING = ".,;:!?'*_~|\\・"
_CUT = "..."
# Markdown before the URL of a picture, which is not a link: ![text](
_PICTURE_BEFORE = re.compile(r"!\[[^\[\]\n]*\]\(\s?<?\Z")
_LONGEST_PICTURE_TEXT = 500
_SHORTEST_WITH_LABEL = len("https://[")  # shorter: the brackets of an IPv6 address

# Characters that a hashtag may contain, but not at its start or end (Mastodon, X).
_JOINERS = "·・゠\u05be\u05f3\u05f4\u0f0b\u200c\u200d"
# A slash joins hashtags: #raft/#paxos.
_ASCII_HASHTAGS = re.compile(r"(?<![\w#&/{])#{1,2}\w+(?:/?#{1,2}\w+)*")
_ASCII_TAGGED = re.compile(r"#\w+")


def find_hashtags(text: str) -> tuple[str, ...]:
    """Return the hashtags of a text as written, without `#`, once each by folded form.

    A hashtag has at least one letter. `C#`, `#1` and URL fragments are not hashtags. Combining
    marks belong to the letter before them, so that a hashtag ends where its word ends in every
    script.
    """
    if "#" not in text and "＃" not in text:
        return ()
    by_folded_form: dict[str, str] = {}
    pattern = _ASCII_HASHTAGS if text.isascii() else _hashtag_patterns("＃" in text)[0]
    for match in pattern.finditer(_without_urls(text)):
        for hashtag in _hashtags_of_run(match[0]):
            by_folded_form.setdefault(fold(hashtag), hashtag)
    return tuple(by_folded_form.values())


def without_hashtags(text: str) -> str:
    """Return the `text` of a post without the hashtags after its last sentence.

    Hashtags that complete the sentence stay: `Read this about #Raft`.
    """
    ends = [word.end() for word in _WORD.finditer(text) if not _is_hashtag(word[0])]
    opening, closing = text[: max(ends, default=0)], text[max(ends, default=0) :]
    on_own_line = "\n" in closing[: len(closing) - len(closing.lstrip())]
    many = len(closing.split()) >= _MANY_HASHTAGS
    apart = on_own_line or many or opening.endswith(_SENTENCE_ENDS)
    return opening if opening and apart else text


def _is_hashtag(word: str) -> bool:
    return word.startswith(_HASH_SIGNS) and any(map(str.isalpha, word))


def _hashtags_of_run(run: str) -> Iterator[str]:
    """Yield the hashtags of a run without spaces: `#Raft#Paxos`, `#Raft/#Paxos`.

    In scripts without spaces, a second hash ends the hashtag, as on Weibo: `#共识#很好`.
    """
    for joined in run.replace("＃", "#").split("/"):
        is_closed = False
        for part in filter(None, joined.split("#")):
            if not is_closed and any(map(str.isalpha, part)):
                yield part
            is_closed = not is_closed and _unspaced_end().search(part) is not None


def blank_urls(text: str) -> str:
    """Return the text with its URLs replaced by spaces; all other characters keep their offsets."""
    return _URL.sub(_blank, text) if _may_have_url(text) else text


def blank_urls_and_hashtags(text: str) -> str:
    """Return the text with its URLs and hashtags replaced by spaces.

    All other characters keep their offsets.
    """
    return _blank_hashtags(blank_urls(text))


def blank_urls_except_slugs(text: str) -> str:
    """Return the text with URLs and hashtags replaced by spaces, except the slugs of URLs.

    A slug is a path segment of three or more words, such as `how-we-sharded-postgres`. It is the
    title of the linked page, while a host or a short path segment tells little.
    """
    plain = _URL.sub(_only_slugs, text) if "://" in text or "www." in text else text
    return _blank_hashtags(plain)


def find_urls(text: str) -> tuple[str, ...]:
    """Return the http(s) and `www.` URLs of running text, in order, once each.

    Punctuation that closes the sentence is left out, as is the text around a URL in Markdown
    (`[text](url)`), in Slack (`<url|text>`) and in scripts without spaces between words. A URL cut
    with an ellipsis or three dots is skipped, and so is the picture of `![text](url)`.
    """
    spans = (span for span in _url_spans(text) if not _is_picture(text, span[0]))
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))


def _is_picture(text: str, start: int) -> bool:
    """Return whether Markdown shows the URL at `start` of the text as a picture."""
    before = text[max(0, start - _LONGEST_PICTURE_TEXT) : start]
    return before.endswith(("(", "<", " ")) and _PICTURE_BEFORE.search(before) is not None


def unescape_ampersands(url: str) -> str:
    """Return a `url` that was copied from HTML, with `&` for `&amp;`, `&#38;` and `&#x26;`."""
    return _AMPERSAND.sub("&", url).rstrip("&") if "&" in url else url


def _url_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each URL."""
    at = 0
    while match := _WRITTEN_URL.search(text, at):
        start, at = match.start(), match.end()
        written = text[start : match.start(1)]
        if len(written) > _LONGEST_URL:
            continue
        url = _without_context(written, text[start - 1 : start])
        if len(url) < len(written):
            at = start + max(len(url), len("www."))
        elif match[1]:
            continue
        if "." in url and not text.startswith(_CUT, start + len(url)):
            yield start, start + len(url)


def _without_context(written: str, before: str) -> str:
    """Return the URL at the start of a run of characters without spaces."""
    bar = written.find("|")
    # Slack: <url|text>, wikis: [url|text], tables: |url|. A path has no bar, while queries do.
    if bar > 0 and (before in tuple("<[|") or "?" not in written[:bar]):
        written = written[:bar]
    end = _url_end().search(written, 1)
    url = written[: end.start()] if end else written
    page, query, parameters = url.partition("?")
    label = page.find("[", _SHORTEST_WITH_LABEL)  # of AsciiDoc, or the end of [url] in BBCode
    url = page[:label] if label > 0 else page + query + parameters
    return url[: unopened_bracket(url)].rstrip(_CLOSING)


@cache
def _url_end() -> re.Pattern[str]:
    """Return the pattern of what ends a URL without a space.

    It is the next URL, an entity, a picture, the possessive 's, or a word in a script without
    spaces. Such a word belongs to the URL where a path segment begins with it (RFC 3987).
    """
    return re.compile(
        r"(?<=[^/=&?:,%+-])https?://|,(?=https?://)"
        r"|&(?:quot|apos|lt|gt|nbsp|[lr][ds]?quo|[lr]aquo|hellip|[mn]dash|#(?!0*38;)\d+"
        r"|#x(?!0*26;)[0-9a-f]+);"
        r"|'s(?![\w/?&=#%+-])"
        rf"|(?<!://)[{_PICTURES}]|(?<=[A-Za-z0-9])(?-i:[{UNSPACED_LETTERS}])"
        r"|(?<=[/=?&#_-])[\u3041-\u309f]",
        re.IGNORECASE,
    )


@cache
def _unspaced_end() -> re.Pattern[str]:
    """Return the pattern of an end in a script without spaces."""
    return re.compile(rf"[{UNSPACED_LETTERS}]\Z")


def _without_urls(text: str) -> str:
    """Return the text with a space instead of each URL."""
    if not _may_have_url(text):
        return text
    parts, at = [], 0
    for start, end in _url_spans(text):
        parts.append(text[at:start])
        at = end
    return " ".join((*parts, text[at:]))


def _may_have_url(text: str) -> bool:
    """Return whether a text can have a URL. Substrings are found much faster than patterns."""
    return "://" in text or "www." in text or "www." in text.lower()


@cache
def _hashtag_patterns(is_full_width: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of hashtags and of their blanking, for text that is not ASCII.

    The search is faster for text without the full-width hash.

    `\\w` lacks the vowel signs of Indic scripts and the vowels of Hebrew and Arabic (categories Mn
    and Mc). Variation selectors belong to pictures and are left out.
    """
    hash_ = "[#＃]" if is_full_width else "#"
    word = rf"\w{_marks()}"
    body = rf"\w(?:[{word}]|[{_JOINERS}](?=[{word}]))*"
    # A hash after kana, Han or hangul begins a hashtag: no space is written before it.
    before = rf"(?<![^\W{UNSPACED_LETTERS}])(?<![#＃&/{{])"
    hashtag = rf"{hash_}{{1,2}}{body}"
    hashtags = rf"{before}{hashtag}(?:/?{hashtag})*"
    return re.compile(hashtags), re.compile(rf"{hash_}{body}")


def _marks() -> str:
    """Return the ranges of combining marks for a character class."""
    codes = frozenset(filter(_is_mark, range(0x300, 0x1E950)))
    starts = sorted(code for code in codes if code - 1 not in codes)
    return "".join(f"{chr(start)}-{chr(_last_of_run(start, codes))}" for start in starts)


def _is_mark(code: int) -> bool:
    return not 0xFE00 <= code <= 0xFE0F and unicodedata.category(chr(code)) in ("Mn", "Mc")


def _last_of_run(code: int, codes: frozenset[int]) -> int:
    while code + 1 in codes:
        code += 1
    return code


def _blank_hashtags(text: str) -> str:
    if "#" not in text and "＃" not in text:
        return text
    pattern = _ASCII_TAGGED if text.isascii() else _hashtag_patterns("＃" in text)[1]
    return pattern.sub(_blank, text)


def _only_slugs(match: re.Match[str]) -> str:
    url = match[0]
    characters = [" "] * len(url)
    for slug_match in _URL_SLUG.finditer(url):
        characters[slug_match.start() : slug_match.end()] = slug_match[0]
    return "".join(characters)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
