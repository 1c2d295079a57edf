"""Parser of the names of authors, without roles, employers, accounts and mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from crawler.dates.calendar_names import MONTHS, WEEKDAYS
from crawler.extract.metadata_phrases import (
    BYLINE_PREFIXES,
    NAME_CONJUNCTIONS,
    NAME_PARTICLES,
    NAME_SUFFIXES,
    NON_NAME_WORDS,
    ORGANIZATION_WORDS,
    OTHER_CREDITS,
    PERSON_TITLES,
    ROLE_WORDS,
)
from crawler.text_cleaning import clean_line, person_name

MAX_AUTHORS = 20
# Longer labels first: `autor` begins `autor articolului`.
BY_WORDS = "|".join(sorted(map(re.escape, BYLINE_PREFIXES), key=len, reverse=True))
BYLINE = re.compile(rf"\b(?:{BY_WORDS})\b", re.IGNORECASE)
HANDLE = re.compile(r"\(\s*@[^)]{0,80}\)|(?<![\w.])@[\w.]{1,40}")
_BY = re.compile(
    rf"^\W*(?:[a-zé]+\s+){{0,4}}(?:by|publi[ée]\s+par)\b\s*:?\s+|^\W*(?:{BY_WORDS})\b(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_OTHER_CREDIT = re.compile(
    rf"(?:^|[,;|•·\n]|\.\s|\s[-–—/]\s|\b(?:and|und|et|y|e)\s)\s*(?:[a-z]+ly\s)?"
    rf"(?:{'|'.join(OTHER_CREDITS)})\b[^\n,;|•·]{{0,20}}?"
    r"(?:\b(?:by|von|par|por|di|da|door|av|af|przez)\b|:)\s*[^;|•·\n]*?"
    rf"(?=,\s*(?:written|{BY_WORDS})\b|[;|•·\n]|$)",
    re.IGNORECASE,
)
_JOINING = "|".join(NAME_CONJUNCTIONS)
_SEPARATOR = re.compile(rf"(\s*(?:[,;|•·\n]|\s(?i:{_JOINING})\s|\sy\s|\s&\s|\s[-–—/]\s)\s*)")
_STRONG_SEPARATORS = frozenset((";", "|", "•", "·", ""))
_JOINED = re.compile(rf"^(?:{_JOINING}|y|&)\s+", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^)]{0,80}\)|\[[^\]]{0,80}\]")
_MARKUP = re.compile(r"<[^>@]{0,200}>")
# Marks of affiliations behind a name: Ada¹,², Ada^1, Ada*, Ada[1, 2].
NOTE_MARKS = re.compile(r"(?:\^\(?[\d,* †‡§¶]+\)?|[¹²³⁰⁴-⁹*†‡§¶∗]|\[[\d,\s]+\])+(?:,[¹²³⁰⁴-⁹]+)*")
_EMPLOYER = re.compile(r"\s(?:for|at|from)\s.*", re.IGNORECASE)
_OF_EMPLOYER = re.compile(r"\s(?:of|von der|de la|du)\s(.*)", re.IGNORECASE)
# One last name, perhaps with particles, a comma, and one or two first names or initials.
_CAPITALIZED = r"[^\W\d_a-z][\w.'’-]*"
_INVERTED = re.compile(
    rf"((?:(?:{'|'.join(sorted(NAME_PARTICLES))})\s+){{0,2}}{_CAPITALIZED}),\s+"
    rf"({_CAPITALIZED}(?:\s+{_CAPITALIZED}){{0,2}})"
)
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=%$/]|\.(?:com|org|net|de)\b")
# Accounts of programs: wp-admin, site_admin, editor1.
_ACCOUNT = re.compile(
    r"(?:(?:wp|site|web|super|blog|sys|cms|wordpress|local|the)?[-_. ]?(?:admin(?:istr\w+)?|editor"
    r"|root|webmaster|superuser|user|author|guest|owner|moderator|support|info|contact|team))"
    r"[-_. ]?\d*",
    re.IGNORECASE,
)
_TITLES = re.compile(
    rf"^(?:(?:{'|'.join(PERSON_TITLES)})\b\.?[\s-]*)+(?=[^\W\d_]\S*\s+\S)", re.IGNORECASE
)
# A particle that begins a name is not one of these: `der Leserschaft`, `the Operators`.
_ARTICLES = frozenset(("den", "der", "of", "the", "vom", "zu", "zur"))
_NOT_NAME_WORDS = NON_NAME_WORDS | WEEKDAYS | MONTHS.keys()
# Punctuation of Chinese, Japanese and Korean text, as in 作者：王小明.
_PUNCTUATION = str.maketrans("：／，、；＆｜（）　", ":/,,;&|() ")
_LETTER_AND_DOT = re.compile(r"[^\w]+")


def first_name_first(value: str) -> str:
    """Return `Leslie Lamport` for `Lamport, Leslie`, also in a list of such names with semicolons.

    Another `value` is returned as it is.
    """
    groups = value[:1000].split(";")
    matches = [_INVERTED.fullmatch(group.strip()) for group in groups]
    return (
        "; ".join(f"{match[2]} {match[1]}" for match in matches if match) if all(matches) else value
    )


def parse_names(
    values: Iterable[str], strict: bool = False, with_groups: bool = False
) -> tuple[str, ...]:
    """Return the people named in `values`, each once, in order, without roles and employers.

    If `strict`, a name must have at least two words and capitals. Plain text needs this. If
    `with_groups`, names of organizations and groups are returned too.
    """
    names: dict[str, str] = {}
    for value in filter(None, values):
        parts = _name_parts(value)
        for part in parts if with_groups else _without_roles(parts, is_first=not names):
            name = _clean_name(part)
            if not with_groups and is_organization(name):
                continue
            if name and _is_plausible_name(name, strict):
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:MAX_AUTHORS]


def _without_roles(parts: Sequence[str], is_first: bool) -> Iterator[str]:
    """Yield the parts of a list that may be people, without what follows a name after a comma.

    After a role or an employer the parts up to another separator belong to the same person, unless
    they have a role too: `Ada, Staff Engineer, Distributed Storage`. A part that `is_first` is not
    a role.
    """
    after_role = False
    for index in range(0, len(parts), 2):
        part = parts[index]
        separator = parts[index - 1].strip() if index else ""
        follows_role = _is_affiliation(parts[index - 2]) if index else False
        if separator in _STRONG_SEPARATORS or (separator != "," and follows_role):
            after_role = False
        if _is_affiliation(part) and not is_first:
            after_role = True
        elif not after_role or _is_affiliation("".join(parts[index + 2 : index + 3])):
            yield part
            is_first = is_first and not part.strip()


def _is_affiliation(part: str) -> bool:
    """Whether a part of a list is a role or an employer; letters such as PhD are neither."""
    letters = _LETTER_AND_DOT.sub("", part.casefold())
    return letters not in NAME_SUFFIXES and (is_role(part) or is_organization(part))


def plain_punctuation(text: str) -> str:
    """Return a text with the punctuation of Latin text in place of that of East Asia."""
    return text if text.isascii() else text.translate(_PUNCTUATION)


def remove_other_credits(text: str) -> str:
    """Return a text without the names of editors, translators and photographers."""
    return _OTHER_CREDIT.sub("\n", text)


def is_role(part: str) -> bool:
    """Whether a `part` is the role of the person before it: `Senior Editor`, `RD`."""
    if part.isupper() and len(part.strip()) < 4:
        return True
    return not ROLE_WORDS.isdisjoint(re.split(r"[\s-]+", part.casefold()))


def is_organization(name: str) -> bool:
    """Whether a `name` is that of an organization or a group: `Storage Team`."""
    words = name.casefold().replace(".", "").split()
    return bool(words) and (words[0] == "the" or not ORGANIZATION_WORDS.isdisjoint(words))


def _name_parts(value: str) -> list[str]:
    """Return the parts of a value with the separators between them; [] for another credit.

    The parts are without `by`.
    """
    plain = NOTE_MARKS.sub("", _MARKUP.sub(" ", value[:1000]))
    plain = plain_punctuation(HANDLE.sub("\n", plain))
    plain = _PARENTHESES.sub(" ", _without_mail_addresses(plain))
    plain = remove_other_credits(plain)
    prefix = _BY.match(plain)
    if prefix and not OTHER_CREDITS.isdisjoint(prefix[0].casefold().split()):
        return []
    plain = plain[prefix.end() :] if prefix else plain
    parts = _SEPARATOR.split("\n".join(_without_affiliations(plain)))
    return _join_oxford_commas(parts)


def _join_oxford_commas(parts: list[str]) -> list[str]:
    """Return the parts with `and` in place of the comma before a part that begins with `and`."""
    joined = parts[:1]
    for separator, part in zip(parts[1::2], parts[2::2], strict=True):
        name = _JOINED.sub("", part)
        joined += [separator if name == part else " and ", name]
    return joined


def _without_mail_addresses(text: str) -> str:
    if "@" not in text:
        return text
    return "\n".join(person_name(line) for line in text.split("\n"))


def _without_affiliations(text: str) -> list[str]:
    """Return the groups between semicolons without the employer that ends each of them."""
    groups = [group.strip() for group in text.split(";") if group.strip()]
    lists = [group.rsplit(",", 1) for group in groups]
    has_employers = len(groups) > 1 and all(
        len(names) == 2 and len(names[0].split()) > 1 for names in lists
    )
    return [names[0] for names in lists] if has_employers else groups


def _clean_name(part: str) -> str:
    """Return a part of a byline without `by`, employers, titles and punctuation around it."""
    name = _EMPLOYER.sub("", clean_line(_BY.sub("", part), 80)).strip(" :-–—/／")
    employer = _OF_EMPLOYER.search(name)
    if employer and is_organization(employer[1]):
        name = name[: employer.start()]
    name = _TITLES.sub("", name)
    return name.lstrip(".") if _INITIAL.search(name) else name.strip(".")


def _is_plausible_name(name: str, strict: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) < 2 or _NOT_A_NAME.search(name):
        return False
    if {word.casefold() for word in words} <= _NOT_NAME_WORDS | ROLE_WORDS or _ACCOUNT.fullmatch(
        name
    ):
        return False
    if _LETTER_AND_DOT.sub("", name.casefold()) in NAME_SUFFIXES:
        return False
    return _is_capitalized_name(words) if strict else any(map(str.isalpha, name))


def _is_capitalized_name(words: Sequence[str]) -> bool:
    capitalized = {word for word in words if word[0].isalpha() and not word[0].islower()}
    if len(words) < 2 or words[-1] not in capitalized or words[0] in _ARTICLES:
        return False
    return all(word in capitalized or word.casefold() in NAME_PARTICLES for word in words)
