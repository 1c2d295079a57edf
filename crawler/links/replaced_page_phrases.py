"""Phrases of pages that replaced an article: parking, spam, maintenance and moves.

The tables are sorted; add a phrase as one line.
"""

from __future__ import annotations

import re

PARKING_HOSTS = (
    "above.com", "afternic.com", "bodis.com", "dan.com", "domainmarket.com", "dynadot.com",
    "epik.com", "hugedomains.com", "namebright.com", "parkingcrew.net", "parklogic.com",
    "sedo.com", "sedoparking.com", "skenzo.com", "squadhelp.com", "uniregistry.com",
    "undeveloped.com", "voodoo.com", "ww1.com",
)  # fmt: skip

_PARKED = (
    r"(?:acquire|buy|purchase|own|get|lease) (?:this|the) (?:domain|web ?site|name)",
    r"(?:backorder|renew) (?:this|your) domain",
    r"account (?:has been )?suspended",
    r"apache2? (?:debian |ubuntu )?default page",
    r"brokerage|domain (?:broker|marketplace|appraisal|auction)",
    r"default (?:web|landing|server) ?(?:site )?page",
    r"domain(?: name)?(?: [\w.-]{4,60})? (?:has )?(?:expired|is parked|is for sale|is "
    r"available|may be for sale|is registered)",
    r"(?:future home|is coming) of something",
    r"index of /",
    r"is (?:for sale|parked|available for purchase|listed for sale)",
    r"make an offer",
    r"parked (?:free|domain|by|with|at|courtesy)",
    r"related (?:searches|links|topics)|sponsored (?:listings|results)",
    r"(?:site|website) (?:is )?under construction",
    r"this (?:site|web ?site|domain) (?:was|is) (?:just )?(?:created|registered|hosted)",
    r"web ?site (?:has )?expired",
    r"welcome to nginx|it works!|web hosting by|hosted by default",
)
_SPAM = (
    r"adult (?:dating|content|videos?)|escorts?|hookups?|cam girls?|porn\w*|xxx",
    r"bandar|gacor|judi|maxwin|pragmatic play|rtp (?:live|slot)|situs|slot (?:online|deposit"
    r"|terbaru|machines?|games?)|slot\d{2,3}|togel|toto",
    r"bahis|canli|casino|deneme bonusu|kumar|iddaa|rulet",
    r"bet(?:s|ting|365)?|blackjack|bonus(?:es)?|bookmakers?|free spins|gambl\w+|jackpots?|no "
    r"deposit|odds|poker|roulette|sportsbook|wager\w*|welcome bonus",
    r"baccarat|카지노|토토|바카라|슬롯|먹튀",
    r"cbd|gummies|hemp oil|keto (?:diet|pills?)|weight loss|vape\w*",
    r"cheap (?:jerseys|handbags|shoes|watches)|replica\w*|outlet store|louis vuitton|rolex",
    r"cialis|kamagra|levitra|online pharmacy|pills?|sildenafil|tadalafil|viagra|without "
    r"prescription",
    r"crypto (?:presale|giveaway|signals?)|forex (?:signals?|broker)|guaranteed (?:returns?"
    r"|profits?)|passive income|trading bot",
    r"essay writing service|write my (?:essay|paper)|dissertation help|buy essays?",
    r"instant (?:loan|approval)|payday loans?|personal loans?|bad credit",
    r"казино|ставки|букмекер\w*|вулкан|игровы\w+ автомат\w*|онлайн[- ]займ\w*|порно",
    r"オンラインカジノ|カジノ|パチンコ|出会い系|激安|スーパーコピー|博彩|娱乐城|彩票|赌场|棋牌|百家乐",
)
_MAINTENANCE = (
    r"(?:we(?:'|’| wi)ll|we will) be (?:right )?back",
    r"(?:bad gateway|gateway time-?out|service (?:temporarily )?unavailable|internal server "
    r"error|too many connections|out of memory)",
    r"(?:down|offline|closed) for (?:scheduled |planned |routine )?(?:maintenance|upgrades?)"
    r"|(?:scheduled|planned|ongoing|under) maintenance",
    r"error (?:establishing|connecting to) (?:a |the )?database",
    r"temporarily (?:unavailable|offline|down)|try again (?:later|in a few minutes)",
)
_MOVED = (
    r"(?:is|are) now (?:part of|called|known as)",
    r"(?:has|have) (?:been acquired|joined|moved|rebranded|merged)|we(?:'|’)ve moved",
    r"formerly|new (?:home|name|address)",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})(?!\w)" for pattern in patterns), re.IGNORECASE)


PARKED = _any(_PARKED)
SPAM = re.compile(
    "|".join(rf"(?<![a-z])(?:{pattern})(?![a-z])" for pattern in _SPAM), re.IGNORECASE
)
MAINTENANCE = _any(_MAINTENANCE)
MOVE_ANNOUNCED = _any(_MOVED)
