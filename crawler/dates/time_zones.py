"""Names of time zones in dates and their offsets from UTC.

The offsets are those of the IANA time zone database. An abbreviation that several zones share has
the meaning of RFC 5322 section 4.3 or of the zone with the most publishers, unless the language
of the text selects another. Abbreviations without such a meaning (`AMT`, `BDT`, `GST`) are left
out: their dates are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Abbreviation -> hours from UTC, sorted.
_HOURS: Mapping[str, float] = {
    "ACDT": 10.5,
    "ACST": 9.5,
    "ADT": -3,
    "AEDT": 11,
    "AEST": 10,
    "AKDT": -8,
    "AKST": -9,
    "ART": -3,
    "AST": -4,  # Atlantic; Arabia in Arabic
    "AWST": 8,
    "BRST": -2,
    "BRT": -3,
    "BST": 1,  # British summer; Bangladesh writes BDT too
    "CAT": 2,
    "CDT": -5,  # RFC 5322
    "CEDT": 2,
    "CEST": 2,
    "CET": 1,
    "CLST": -3,
    "CLT": -4,
    "COT": -5,
    "CST": -6,  # RFC 5322; China in Chinese
    "EAT": 3,
    "EDT": -4,  # RFC 5322
    "EEST": 3,
    "EET": 2,
    "EST": -5,  # RFC 5322
    "GMT": 0,
    "HADT": -9,
    "HAST": -10,
    "HDT": -9,
    "HKT": 8,
    "HST": -10,
    "ICT": 7,
    "IDT": 3,
    "IRKT": 8,
    "IRST": 3.5,
    "IST": 5.5,  # India; Israel in Hebrew, Ireland in Irish
    "JST": 9,
    "KRAT": 7,
    "KST": 9,
    "MDT": -6,  # RFC 5322
    "MEST": 2,
    "MESZ": 2,  # German
    "MET": 1,
    "MEZ": 1,  # German
    "MSD": 4,
    "MSK": 3,
    "MST": -7,  # RFC 5322
    "MYT": 8,
    "NDT": -2.5,
    "NOVT": 7,
    "NPT": 5.75,
    "NST": -3.5,
    "NZDT": 13,
    "NZST": 12,
    "PDT": -7,  # RFC 5322
    "PET": -5,
    "PHT": 8,
    "PKT": 5,
    "PST": -8,  # RFC 5322
    "SAST": 2,
    "SGT": 8,
    "TRT": 3,
    "UCT": 0,
    "UT": 0,
    "UTC": 0,
    "UYT": -3,
    "VET": -4,
    "VLAT": 10,
    "WAT": 1,
    "WEST": 1,
    "WET": 0,
    "WIB": 7,
    "WIT": 9,
    "WITA": 8,
    "YEKT": 5,
    "Z": 0,
    "ZULU": 0,
}
# (language, abbreviation) -> hours from UTC
_HOURS_IN_LANGUAGE: Mapping[tuple[str, str], float] = {
    ("ar", "AST"): 3,
    ("ga", "IST"): 1,
    ("he", "IST"): 2,
    ("zh", "CST"): 8,
}
# Names for both halves of a year -> zone of the IANA database, sorted.
_ZONES: Mapping[str, str] = {
    "CT": "America/Chicago",
    "ET": "America/New_York",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_IANA_NAME = re.compile(r"[A-Z][A-Za-z_-]{1,20}(?:/[A-Z][A-Za-z0-9_+-]{1,30}){1,2}")
_MAX_OFFSET = timedelta(hours=14)
_OFFSET = re.compile(r"([+-])(?:(\d\d?)(?::(\d\d)(?::00)?)?|(\d\d)(\d\d))")


def zone_offset(name: str, local: datetime, language: str = "") -> timedelta | None:
    """Return the offset from UTC of the zone `name` at a `local` time without a zone.

    The `name` is an abbreviation (`CEST`), a name of the IANA database (`Europe/Berlin`) or an
    offset. `language` selects the meaning of a shared abbreviation. Returns None if the name is
    unknown.
    """
    abbreviation = name.upper()
    shared = _HOURS_IN_LANGUAGE.get((language[:2].lower(), abbreviation))
    hours = _HOURS.get(abbreviation) if shared is None else shared
    if hours is not None:
        return timedelta(hours=hours)
    zone = _iana_zone(_ZONES.get(abbreviation, name))
    return zone.utcoffset(local) if zone else None


def numeric_offset(written: str) -> timedelta | None:
    """Return the offset of `+0200`, `+02:00`, `-5` and others, or None if there is no such zone.

    Zones are between UTC-14 and UTC+14, so `+2500` is None, and so is the unclear `+053`. `written`
    begins with its sign.
    """
    match = _OFFSET.fullmatch(written)
    if not match:
        return None
    hours, minutes = int(match[2] or match[4]), int(match[3] or match[5] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _MAX_OFFSET:
        return None
    return -offset if match[1] == "-" else offset


@lru_cache(maxsize=256)
def _iana_zone(name: str) -> ZoneInfo | None:
    if not _IANA_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
