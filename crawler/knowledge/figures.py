"""Figures of scale in a text: latency, throughput, sizes, counts, money, factors and durations.

A figure is a number with a unit, with the measured quantity if the text states it nearby, and its
sentence. Numbers of examples, commands and settings are not figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from crawler.models.relations import Mention
from crawler.sentence_splitter import Sentence
from crawler.text_cleaning import clean_line, slugify
from crawler.tsv_tables import read_table

_LONGEST_NAME = 80
_LONGEST_SENTENCE = 300
_LARGE = 10
_HUGE = 1000
_SMALLEST_SUM = 1000
_LARGEST_FACTOR = 10_000
_SHORT_TEXT = 400  # characters; a longer one must be about software
_FEWEST_TERMS = 3
_FEWEST_WORDS = 2
_WORDS_A_NUMBER = 3  # fewer words a number are a table or a listing

NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "hundreds": 100,
    "thousand": 1000, "thousands": 1000, "million": 10**6, "millions": 10**6, "billion": 10**9,
    "billions": 10**9, "trillion": 10**12, "trillions": 10**12, "half": 1, "dozens": 12,
}  # fmt: skip
_SCALES = {"hundred", "thousand", "million", "billion", "trillion", "bn", "mil"}
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
_SCALE = r"(?:hundred|thousand|million|billion|trillion|mil|bn|[kKMB](?![\w/]))"
_DIGITS = r"(?<![\w.,:/#$€£-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,:/#$€£-])\d+(?:\.\d+)?"
_NUMBER = (
    rf"(?:(?:{_DIGITS})(?:\s?{_SCALE})?\+?"
    rf"|\b(?i:half a|an?|{_SMALL})(?:[ -]{_SCALE})+"
    rf"|\b(?i:{_SMALL})\b"
    rf"|\b(?i:hundreds|thousands|millions|billions|trillions|dozens) of(?: {_SCALE}s? of)?)"
)
_PER = (
    r"(?:\s?(?:per|/|an?|each)\s?"
    r"(?:second|sec|s|minute|min|hour|day|week|month|year|node|core|server|machine|host|broker"
    r"|shard|pod|cell|region|user|instance)\b)?"
)
_OF = r"(?: of (?:RAM|memory|logs|metrics|traces|storage|disk|heap|traffic|state|history|backlog))?"
_MONEY = (
    rf"[$€£¥]\s?\d[\d,.]*\d?(?:\s?(?:{_SCALE}|m\b))?\+?{_PER}"
    rf"|(?:{_DIGITS})(?:\s?{_SCALE})? (?:dollars|euros|USD|EUR|GBP|pounds){_PER}"
)
_CHANGE = (
    r"(?:faster|slower|cheaper|smaller|larger|bigger|more|less|lower|higher|better|fewer|cost"
    r"|reduction|increase|improvement|growth|savings?|decrease|drop|availability|uptime"
    r"|of (?:the |all |our )?(?!their|its?\b|them|that|this|my\b|your|the\b|all\b|our\b)[a-z]\w+"
    r"|\w+ (?:reduction|increase|improvement|savings?|decrease))"
)
_FACTOR = (
    rf"(?:(?:{_DIGITS})\s?[x×](?![\w-]| \d)|(?:{_NUMBER})[ -](?:times|fold)\b|\d+-fold\b)"
    rf"(?:\s(?:as many|{_CHANGE}))?"
)
_VERBS = (
    r"(?i:is|was|are|were|has|had|been|drops?|dropped|falls?|fell|goes|went|from|to|of|at|by|for"
    r"|rose|grew|grows?|lasted|lasts?|took|takes?|under|below|above|about|around|only|just|over"
    r"|reduced|cut|improved|decreased|increased|stays?|stayed|remains?|remained|than|less|more"
    r"|down|up|within|target|objective|nearly|almost|approximately|exceeds?|reached)"
)
_SUBJECT = re.compile(
    r"(?P<subject>\b[Pp]\d{2,3}(?:\.\d+)?\b|\b\d{2}(?:\.\d+)?(?:th)? percentile\b"
    r"|\b(?:(?!(?i:the|an?|of|our|and)\b)\w+ )?(?:latency|latencies|throughput|downtime|outage"
    r"|incident|availability|uptime|response times?|hit rate|error rate|retention"
    r"|RTO|RPO|SLA|SLO|MTTR|bill|footprint)\b"
    rf"|\bteams?(?= of $))(?:\W{{1,3}}{_VERBS}\b){{0,4}}\W{{0,3}}$"
)
_FROM = re.compile(rf"(?:\b[Ff]rom |\bbetween )?(?:{_NUMBER})\s?(?:to|and|–|-|→)\s?$")
_TO = re.compile(
    r"\s?(?:(?:down |up )?to|→|->|–)\s?(?:under |about |just |only |less than |around )?$"
)
_AND = re.compile(r"(?:,| and|, and)?\s$")
_COMPARED = re.compile(r"[<>≤≥~≈]\s?$")
_MAYBE = re.compile(r"\d|illion|thousand|hundred|dozen|nines|twice|times|team|ten |fold")
_TERM = re.compile(
    r"\b(?:servers?|databases?|latency|throughput|clusters?|software|deploy|services|microservices"
    r"|requests|queries|cache|caching|distributed|replicas?|replication|shards?|cloud|backend|API"
    r"|APIs|SQL|Postgres|Kafka|Kubernetes|scalab\w+|concurren\w+|storage|outage|nodes|engineers"
    r"|infrastructure|production|throughput|workloads?|pods|containers|availability)\b"
)
_RATE = re.compile(r"(?:per|/|an?|each)\s?(?:second|sec|s|minute|min|hour|day|week|month|year)$")
_CURRENCY_OR_TIMES = {"money": "currency", "factor": "times", "team": "people"}
_NOT_FIGURES = re.compile(
    r"\b(?:for example|e\.g|example|suppose|let['’]s say|imagine|assum(?:e|ing)|such as if"
    r"|default(?:s)?|configur(?:e|ed|es|ation)|set (?:to|it)|parameter|command|version|step \d"
    r"|chapter|figure \d|table \d|section \d|must be (?:at least|between)|maximum of|minimum of"
    r"|limit(?:ed)? (?:of|to)|up to \d+ (?:characters|minutes)|timeouts?|inserting|simulat\w+"
    r"|packets transmitted|ping statistics|scale (?:out|in|up|down) by|free tier|quota|interval)\b"
    r"|--\w|\d+\.\d+\.\d+\.\d+|`|\$ \w|[{}<>=]{2}|==|\w=\d",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?i:across|cluster of|fleet of|spans?|spanning|spread over|grew|scaled"
    r"|we (?:run|have|operate|use|keep)|runs? (?:in|on|across))\b"
)
_NEARLY_ALWAYS = re.compile(r"99\.\d+ ?%")
_BEFORE_PERCENT = re.compile(
    r"(?:\b(?i:by|below|above|under|over|at|to|from|of|about|around|than|only|is|was"
    r"|nearly|almost)\s"
    r"|[~<>≈≥≤]\s?)$"
)
_CHANGED = re.compile(rf"[ -]{_CHANGE}$|as many$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of `figure_units.tsv`: what a unit measures and when a number with it is a figure."""

    measure: str
    unit: str
    condition: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the words of the text, what it measures, its unit, sentence and offset."""

    text: str
    measure: str
    unit: str
    subject: str
    sentence: str
    start: int


def figure_mentions(spans: Sequence[Sentence]) -> Iterator[Mention]:
    """Yield the figures of the sentences `spans` as mentions of the kind `figure`, in order."""
    for figure in find_figures(spans):
        name = clean_line(figure.text, _LONGEST_NAME)
        yield Mention(f"figure-{slugify(name)}", name, "figure", figure.sentence, figure.start)


def find_figures(spans: Sequence[Sentence]) -> Iterator[Figure]:
    """Yield the figures of the sentences `spans`, in order; overlapping ones once."""
    if _is_about_software(spans):
        for sentence in spans:
            yield from _in_sentence(sentence)


@cache
def figure_tables() -> tuple[tuple[Unit, ...], tuple[tuple[str, str], ...]]:
    """Return the units, and the measures with the stems that indicate them."""
    units = tuple(
        Unit(row["measure"], row["unit"], row["condition"])
        for row in read_table("crawler.knowledge", "figure_units.tsv")
    )
    stems = tuple(
        (row["measure"], row["stem"])
        for row in read_table("crawler.knowledge", "figure_signals.tsv")
    )
    return units, stems


def version_inputs() -> tuple[object, ...]:
    """Return everything that decides a figure, for the version of stored data."""
    constants = (
        _SUBJECT,
        _FROM,
        _TO,
        _AND,
        _COMPARED,
        _MAYBE,
        _NOT_FIGURES,
        _OWN,
        _TERM,
        _CHANGED,
        _BEFORE_PERCENT,
    )
    return (_pattern().pattern, *(pattern.pattern for pattern in constants), figure_tables())


def quantities_in_name(name: str) -> list[tuple[int, Unit, str]]:
    """Return the quantities in `name`, the words of a figure: offset, unit and text of each.

    A number without a unit, such as the beginning of a range, is not a quantity.
    """
    return [(match.start(), _unit(match), match[0]) for match in _pattern().finditer(name)]


def subject_in_name(name: str) -> str:
    """Return the words in `name`, those of a figure, that state what it measures; else empty."""
    quantities = quantities_in_name(name)
    start = quantities[0][0] if quantities else len(name)
    compared = _FROM.search(name, 0, start) or _COMPARED.search(name, 0, start)
    subject = _SUBJECT.search(name, 0, compared.start() if compared else start)
    return subject["subject"] if subject else ""


def _is_about_software(spans: Sequence[Sentence]) -> bool:
    """Whether the text uses terms of software engineering; short texts always count."""
    if not spans or spans[-1].start - spans[0].start < _SHORT_TEXT:
        return True
    terms: set[str] = set()
    for sentence in spans:
        terms.update(_TERM.findall(sentence.text))
        if len(terms) >= _FEWEST_TERMS:
            return True
    return False


def _is_prose(text: str) -> bool:
    """Whether `text` is a sentence of words, and not a cell, a listing, a command or a question."""
    words = text.split()
    plain = sum(word.strip(".,;:()").isalpha() for word in words)
    numbers = sum(word[0].isdigit() for word in words)
    listing = numbers * _WORDS_A_NUMBER > max(len(words), _WORDS_A_NUMBER + 1)
    return plain >= _FEWEST_WORDS and not listing and not text.endswith("?")


def _in_sentence(sentence: Sentence) -> list[Figure]:
    """Return the figures of one sentence."""
    text = sentence.text
    if not _MAYBE.search(text) or _NOT_FIGURES.search(text) or not _is_prose(text):
        return []
    return [_with_subject(sentence, *quantity) for quantity in _quantities(text)]


def _quantities(text: str) -> list[tuple[int, int, Unit]]:
    """Return start, end and unit of each figure; a range or a compound duration is one figure."""
    quantities: list[tuple[int, int, Unit]] = []
    for match in _pattern().finditer(text):
        unit = _unit(match)
        if quantities and _continues(quantities[-1], unit, text, match.start()):
            start, _, _ = quantities[-1]
            quantities[-1] = (start, match.end(), unit)
        elif _counts(match, unit, text):
            quantities.append((match.start(), match.end(), unit))
    return quantities


def _continues(before: tuple[int, int, Unit], unit: Unit, text: str, start: int) -> bool:
    """Whether two quantities are the ends of a range, or hours and their minutes.

    `before` is the quantity before, `unit` and `start` are those of the next one in `text`.
    """
    _, end, unit_before = before
    between = text[end:start]
    measures = {unit_before.measure, unit.measure}
    if len(measures) > 1 and measures != {"duration", "latency"}:
        return False
    return bool(_TO.match(between) or (measures == {"duration"} and _AND.fullmatch(between)))


def _counts(match: re.Match[str], unit: Unit, text: str) -> bool:
    """Whether a quantity is a figure, by the condition of its unit and the size of its number."""
    number = _value(match[0])
    if not _is_notable(match, unit, number):
        return False
    if unit.condition == "signal" and not _signals(unit.measure).search(text):
        return False
    if unit.measure == "percent" and not _names_its_whole(match, text):
        return False
    if unit.measure == "factor" and "x" not in match[0] and "×" not in match[0]:
        return bool(_CHANGED.search(match[0]))
    return _is_large_enough(number, unit, text)


def _is_large_enough(number: float, unit: Unit, text: str) -> bool:
    """Whether a number reaches the size that its unit requires; less is enough for own work."""
    least = {"large": _LARGE, "huge": _HUGE}.get(unit.condition, 0)
    return number >= least or (least == _LARGE and number > 1 and bool(_OWN.search(text)))


def _is_notable(match: re.Match[str], unit: Unit, number: float) -> bool:
    """Whether the number is not trivial for its measure: 100 %, a few dollars, a huge factor."""
    if number == 0:
        return False
    if unit.measure == "money":
        return number >= _SMALLEST_SUM or "$0" in match[0]
    if unit.measure == "factor":
        return number != 1 and number != 100 and number <= _LARGEST_FACTOR
    return unit.measure != "percent" or number not in (1, 100)


def _names_its_whole(match: re.Match[str], text: str) -> bool:
    """Whether the text states of what a percentage is, or by how much something changed."""
    return bool(
        _CHANGED.search(match[0])
        or _NEARLY_ALWAYS.match(match[0])
        or _BEFORE_PERCENT.search(text, max(0, match.start() - 12), match.start())
    )


def _with_subject(sentence: Sentence, start: int, end: int, unit: Unit) -> Figure:
    """Return the figure with the words before it that name what it measures or its start value."""
    text = sentence.text
    for pattern in (_COMPARED, _FROM):
        match = pattern.search(text, max(0, start - 40), start)
        if match:
            start = match.start()
    subject = _SUBJECT.search(text, max(0, start - 60), start)
    begin = _with_from(text, subject.start() if subject else start)
    return Figure(
        text[begin:end].strip(" .,"),
        unit.measure,
        unit.unit,
        subject["subject"] if subject else unit.measure,
        clean_line(text, _LONGEST_SENTENCE),
        sentence.start + begin,
    )


def _with_from(text: str, begin: int) -> int:
    """Return the position of a `from ` right before `begin`, else `begin`."""
    has_from = text[max(0, begin - 5) : begin].casefold().endswith("from ")
    return begin - 5 if has_from else begin


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of all quantities; the matching group is the row number of the unit."""
    units = "|".join(
        rf"(?P<u{number}>(?:{unit.unit})(?![\w-]))"
        + (rf"(?: {_CHANGE})?" if unit.measure == "percent" else "")
        for number, unit in enumerate(figure_tables()[0])
    )
    factor = rf"(?P<factor>{_FACTOR})"
    money = rf"(?P<money>{_MONEY})"
    team = rf"(?P<team>\b[Tt]eam of (?:{_NUMBER}))(?!\d| \w+s\b)"
    measured = rf"(?:{_NUMBER})[ -]?(?:{units}){_PER}{_OF}{_PER}"
    return re.compile(f"{money}|{factor}|{team}|{measured}")


def _unit(match: re.Match[str]) -> Unit:
    group = match.lastgroup or ""
    if group in ("money", "factor", "team"):
        condition = "always" if group == "team" else "signal"
        return Unit(group, _CURRENCY_OR_TIMES.get(group, ""), condition)
    row = figure_tables()[0][int(group[1:])]
    rate = row.measure == "count" and _RATE.search(match[0])
    return Unit("throughput" if rate else row.measure, match[group], row.condition)


def _value(text: str) -> float:
    """Return the number at the beginning of a quantity, written in digits or words."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    number = float(digits[0].replace(",", "")) if digits else 1.0
    for word in re.findall(r"[a-z]+", text.casefold()):
        number *= 1 if digits and word not in _SCALES else NUMBER_WORDS.get(word, 1)
    if digits and re.match(r"\s?[kKMB](?!\w)", text[digits.end() :]):
        number *= 1000
    return number


@cache
def _signals(measure: str) -> re.Pattern[str]:
    stems = [re.escape(stem) for name, stem in figure_tables()[1] if name == measure]
    lower = "|".join(stem for stem in stems if stem.islower())
    exact = "|".join(stem for stem in stems if not stem.islower())
    return re.compile(rf"\b(?i:{lower})|\b(?:{exact})\b" if exact else rf"\b(?i:{lower})")
