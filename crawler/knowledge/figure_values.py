"""Values of figures of scale in base units, so that figures can be compared and sorted.

Times are in seconds, sizes in bytes, data rates in bits per second and throughput per second.
Prefixes are decimal (SI), except KiB, MiB and their siblings (IEC 80000-13).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.knowledge.figures import (
    NUMBER_WORDS,
    Unit,
    quantities_in_name,
    subject_in_name,
)

QUANTITIES = {
    "latency": "Latency",
    "throughput": "Throughput",
    "bandwidth": "Data rates",
    "size": "Sizes",
    "count": "Counts",
    "money": "Money",
    "duration": "Durations",
    "availability": "Availability",
    "percent": "Percentages",
    "factor": "Factors",
    "place": "Regions and zones",
    "team": "Teams",
}
"""Measured quantity -> the heading of a list of such figures."""

_SECONDS = {
    "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0,
    "day": 86_400.0, "week": 604_800.0, "month": 2_629_746.0, "year": 31_556_952.0,
}  # fmt: skip
_DURATIONS = (
    (r"n(?:s|ano)", "n"),
    (r"[uµμ]s|micro", "u"),
    (r"ms|milli", "m"),
    (r"min", "min"),
    (r"h(?:ours?|rs?)?\b", "h"),
    (r"days?", "day"),
    (r"weeks?", "week"),
    (r"s", "s"),
)
_PERIODS = re.compile(
    r"(?:/\s?|(?:\bper|\ban?|\beach|\bevery)\s+)(second|sec|s|minute|min|hour|day|week|month|year)$"
)
_PERIOD_SECONDS = {
    "second": 1.0, "sec": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0,
    "day": _SECONDS["day"], "week": _SECONDS["week"], "month": _SECONDS["month"],
    "year": _SECONDS["year"],
}  # fmt: skip
_PREFIXES = {letter: 1000.0**power for power, letter in enumerate("kmgtpez", 1)}
_BINARY_PREFIXES = {letter: 1024.0**power for power, letter in enumerate("kmgtpez", 1)}
_DATA_UNIT = re.compile(r"\s?([kmgtpez])?(i)?(b)|\s?(kilo|mega|giga|tera|peta|exa|zetta)?(bi|by)t")
_SCALES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "bn": 1e9, "mil": 1e6, "hundred": 1e2,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_DIGITS = re.compile(
    r"\D{0,3}?(\d[\d,]*(?:\.\d+)?)"
    r"(?:\s?(hundred|thousand|million|billion|trillion|mil\b|bn|[kKMB](?![\w/])))?"
)
_TEAM_OF = re.compile(r"[Tt]eam of ")
_DIGITS_OF_VALUES = 12  # without the last digits of binary fractions
_MILLIONS_OF_MONEY = re.compile(r"[$€£¥]\s?[\d.,]+\s?m\b")
_NUMBER_WORDS = re.compile(r"[a-z]+|[^a-z\s-]")
_CURRENCIES = {
    "dollars": "$", "USD": "$", "euros": "€", "EUR": "€", "pounds": "£", "GBP": "£",
}  # fmt: skip
_CURRENCY = re.compile(r"[$€£¥]|dollars|euros|pounds|USD|EUR|GBP")
_AVAILABILITY = re.compile(r"availability|uptime|SL[AO]|\b99\.\d")
_LATENCY = re.compile(r"latenc|response time|percentile|\b[Pp]\d{2}")
_JOINED = re.compile(r"(?:,|,? and)?\s*")


@dataclass(frozen=True, slots=True)
class FigureValue:
    """The value of a figure: `quantity` is a key of QUANTITIES, `value` is in the base unit.

    `unit` is the base unit: `s`, `B`, `bit/s`, `/s`, `%`, `×`, a currency, or empty for counts.
    `subject` states what the figure measures, if its words do.
    """

    quantity: str
    value: float
    unit: str
    subject: str


def figure_value(name: str) -> FigureValue | None:
    """Return the value of the figure `name`, the words of a text; None if they have no quantity.

    A time per time, such as `500 ms/s`, is not a quantity.

    Of a range or a change, it is the last value: `from 2 s to 200 ms` is 0.2 s.
    """
    quantities = quantities_in_name(name)
    if not quantities:
        return None
    _, unit, text = quantities[-1]
    if unit.measure in ("latency", "duration") and _PERIODS.search(text):
        return None
    quantity, value, base = _in_base_unit(unit, text, name)
    if quantity == "duration":
        value += sum(_in_base_unit(*part[1:], name)[1] for part in _joined_before(quantities, name))
    subject = subject_in_name(name)
    if quantity == "duration" and _LATENCY.search(subject):
        quantity = "latency"
    return FigureValue(quantity, float(f"{value:.{_DIGITS_OF_VALUES}g}"), base, subject)


def _joined_before(
    quantities: list[tuple[int, Unit, str]], name: str
) -> list[tuple[int, Unit, str]]:
    """Return the quantities before the last one that add to it, as in `1 hour and 30 minutes`."""
    joined = []
    for before, after in zip(quantities[-2::-1], quantities[:0:-1], strict=False):
        between = name[before[0] + len(before[2]) : after[0]]
        if not _JOINED.fullmatch(between) or before[1].measure != "duration":
            break
        joined.append(before)
    return joined


def _in_base_unit(unit: Unit, text: str, name: str) -> tuple[str, float, str]:
    """Return quantity, value and base unit of one quantity with its `unit` and `text` in `name`."""
    number = _number(text)
    measure = unit.measure
    if measure in ("latency", "duration"):
        return measure, number * _seconds(unit.unit), "s"
    if measure in ("size", "bandwidth"):
        return _data(number, unit.unit, text)
    if measure == "throughput":
        return measure, number / _period(text), "/s"
    if measure == "money":
        return measure, number, _currency(text)
    if measure == "availability":
        return measure, 100 - 100 / 10**number, "%"
    if measure == "percent":
        return "availability" if _AVAILABILITY.search(name) else measure, number, "%"
    return measure, number, "×" if measure == "factor" else ""


def _seconds(unit: str) -> float:
    lower = unit.strip().lower()
    names = (name for pattern, name in _DURATIONS if re.match(pattern, lower))
    return _SECONDS[next(names, "s")]


def _data(number: float, unit: str, text: str) -> tuple[str, float, str]:
    """Return a size in bytes; a size per time, and a bandwidth, in bits per second."""
    match = _DATA_UNIT.search(unit.lower())
    letter = (match[1] or (match[4] or "")[:1]) if match else ""
    prefixes = _BINARY_PREFIXES if match and match[2] else _PREFIXES
    scaled = number * prefixes.get(letter, 1.0)
    is_rate = bool(_PERIODS.search(text)) or unit.lower().rstrip().endswith(("ps", "/s", "second"))
    if not is_rate:
        return "size", scaled, "B"
    in_bits = re.search(r"b(?:it|ps)", unit) is not None
    return "bandwidth", scaled * (1 if in_bits else 8) / _period(text), "bit/s"


def _period(text: str) -> float:
    """Return the seconds of the period in a rate, such as 86,400 for `… per day`; 1 for `rps`."""
    match = _PERIODS.search(text)
    return _PERIOD_SECONDS[match[1]] if match else 1.0


def _currency(text: str) -> str:
    match = _CURRENCY.search(text)
    return _CURRENCIES.get(match[0], match[0]) if match else ""


def _number(text: str) -> float:
    """Return the number at the beginning of a quantity, written in digits or words."""
    text = _TEAM_OF.sub("", text)
    match = _DIGITS.match(text)
    if not match:
        return _number_in_words(text)
    number = float(match[1].replace(",", "").rstrip("."))
    if _MILLIONS_OF_MONEY.match(text):
        return number * _SCALES["m"]
    return number * _SCALES.get(match[2] or "", 1.0)


def _number_in_words(text: str) -> float:
    number = 1.0
    for word in _NUMBER_WORDS.findall(text.casefold()):
        if word == "half":
            number /= 2
        elif word in NUMBER_WORDS:
            number *= NUMBER_WORDS[word]
        elif word != "of":
            break
    return number
