"""What kind of thing an article is, and why: a sorted table of signs in its address, title and opening.

Every sign that is present adds its weight to its kind; the heaviest kind wins when it reaches THRESHOLD, and its heaviest sign is the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from crawler.urls import host_of, path_of
from crawler.versions import version_of

VERSION = 1
"""Raise it when the code gives other results; a change of the tables is noticed by itself."""

THRESHOLD = 1.0
DEFAULT = "article"
_LEAD = 1500


@dataclass(frozen=True, slots=True)
class Sign:
    """`pattern` in `field` (host, path, title, lead or name) speaks for `kind` with `weight`. `name` is what was shared as, for example a card's title."""

    kind: str
    field: str
    pattern: str
    weight: float


KINDS = {
    "announcement": "Announcement", "article": "Article", "case-study": "Case study", "deep-dive": "Deep dive", "event": "Event", "guide": "Book or guide",
    "job": "Job", "opinion": "Opinion", "paper": "Paper", "post-mortem": "Post-mortem", "promotion": "Promotion", "repository": "Repository",
    "talk": "Talk", "tutorial": "Tutorial",
}
SIGNS = (
    Sign("announcement", "path", r"/(announcing|introducing)-|-now-(available|generally-available|open-?source)|/(announcements?|changelog|release-notes|releases?)(/|-|$)", 1.0),
    Sign("announcement", "title", r"^(announcing|introducing|meet|say hello to|presenting|unveiling|welcome to)\b", 1.2),
    Sign("announcement", "title", r"\b(is )?(now )?(generally available|in (public )?preview|open[- ]sourced?|released|launch(es|ed|ing)?|is (here|live))\b|\bGA\b", 1.0),
    Sign("announcement", "title", r"\b(v?\d+\.\d+(\.\d+)?)\b.*\b(release[ds]?|available|is out)\b|\brelease (notes|v?\d)|\bwhat'?s new\b", 1.2),
    Sign("case-study", "host", r"^(engineering|eng|tech|techblog|labs)\.|techblog|engineering\w*\.(com|io|blog|org)$", 0.6),
    Sign("case-study", "lead", r"\b(we (migrated|moved|rebuilt|re-?architected|replaced|scaled|reduced|cut)|our (migration|journey))\b", 0.7),
    Sign("case-study", "path", r"/(case-stud(y|ies)|customers?|customer-stories)(/|$)", 1.4),
    Sign("case-study", "path", r"^/(\w+-)?(techblog|engineering)(-blog)?/|^/[\w-]+-tech(nology)?/", 0.5),
    Sign("case-study", "title", r"\b(tech(nology)? stack|at scale)\b|\bat (?!Scale)[A-Z]\w+( [A-Z]\w+)?$", 0.5),
    Sign("case-study", "title", r"\bcase stud(y|ies)\b|\blessons (learned|from)\b|\b(our|a|the) (journey|road) (to|from)\b", 1.1),
    Sign("case-study", "title", r"^(?i:how|why) (we|[A-Z][\w.]+(['’]s)?( [A-Z]\w+)?) (\w+ed|built|got|runs?|uses?|handles?|scales?|serves?|made|cut|moved|keeps?|meters?)\b", 1.2),
    Sign("case-study", "title", r"\b(?i:inside|behind) [A-Z]\w+(['’]s)?\b|\bat (?!Scale)[A-Z][a-z]+( [A-Z]\w+)?$|\b(?i:migrat(ed|ing|ion)|moving|scaling) (from|to|at|our)\b", 1.0),
    Sign("deep-dive", "title", r"\bdeep[- ]dive\b|\binternals\b|\bunder the hood\b|\bhow .{2,60} (actually |really )?works?\b|\banatomy of\b|\bin depth\b|\bdemystif", 1.2),
    Sign("deep-dive", "title", r"\bexplained\b|\bunderstanding\b|\bvisuali[sz]ed\b|\ba (closer )?look (at|inside)\b", 1.0),
    Sign("event", "host", r"(^|\.)(eventbrite|lu\.ma|luma|meetup|sessionize)\.", 1.4),
    Sign("event", "path", r"/(events?|conference|meetups?|webinars?|summit|cfp)(/|$)", 1.1),
    Sign("event", "title", r"\b(conference|meetup|summit|webinar|workshop|hackathon|call for (papers|proposals|speakers)|cfp)\b", 1.0),
    Sign("event", "title", r"\b(join us|register (now|today)|save the date|early bird|tickets)\b", 1.1),
    Sign("guide", "host", r"(^|\.)(coursera|gitbook|leanpub|lynda|manning|oreilly|packtpub|pluralsight|udemy)\.", 1.2),
    Sign("guide", "path", r"/(dp|gp/product)/\w{10}|/courses?/", 1.2),
    Sign("guide", "path", r"/(books?|minibooks?|e-?books?|handbook|library/view)(/|-|$)", 1.3),
    Sign("guide", "title", r"\b(e-?book|handbook|cookbook|mini-?book|cheat ?sheets?|roadmap|(the|complete|ultimate|definitive|missing|practical|comprehensive|field) guide|primer)\b|\bguide you\b", 1.2),
    Sign("guide", "title", r"\b(awesome|curated) (list )?|\b(\d{2,3}|must-read) (books|papers|resources|links)\b|\bcourse\b|\blecture notes\b", 0.9),
    Sign("guide", "title", r"\bboot ?camp\b|\bmaster ?class\b", 1.0),
    Sign("guide", "title", r"\bguide to\b|\bprinciples and practices?\b|\b(an )?introduction to\b|\bfundamentals\b|\bbest practices\b|\bpatterns\b", 0.7),
    Sign("job", "host", r"(^|\.)(greenhouse|lever|ashbyhq|workable|smartrecruiters|workday\w*|bamboohr|weworkremotely|remoteok)\.", 1.6),
    Sign("job", "path", r"/(careers?|jobs?|vacanc(y|ies)|positions?|hiring)(/|-|$)", 1.3),
    Sign("job", "title", r"\b(we('|’)?re|is|are|now) hiring\b|\bjob (opening|offer|post)|\b(senior|staff|principal|lead|junior)\b.*\b(engineer|developer|sre|architect)\b.*\(?(remote|m/f|f/m|hybrid)", 1.3),
    Sign("job", "title", r"\bcareers?\b|\b(apply now|open (roles?|positions?)|vacancy)\b", 0.9),
    Sign("opinion", "title", r"^(why|should|don['’]?t|you (don['’]?t|probably|should)|i (hate|love|was wrong)|please|in defen[cs]e of|against|the case (for|against))\b", 1.0),
    Sign("opinion", "title", r"\bconsidered harmful\b|\b(is|are) (just )?an? (\w+ )?anti-?patterns?\b|\b(is|are) (dead|overrated|a (lie|myth|mistake|trap|scam|smell))\b|\brant\b|\bunpopular opinion\b|\bmyths?\b|\bhot take", 1.2),
    Sign("opinion", "title", r"\b(thoughts|reflections|musings|perspective|manifesto|critique|essay) ?(on|about|of)?\b|\bshould(n['’]?t)? (you|we)\b|\bno one\b|\bnobody\b", 0.9),
    Sign("paper", "host", r"(^|\.)(arxiv\.org|dl\.acm\.org|ieeexplore\.ieee\.org|usenix\.org|vldb\.org|doi\.org|semanticscholar\.org|openreview\.net|hal\.science|eprint\.iacr\.org)$", 1.3),
    Sign("paper", "lead", r"^\W*abstract\b|\n\W*abstract\W*\n", 0.9),
    Sign("paper", "path", r"\.pdf$|/(papers?|publications?|proceedings|pubs|techreports?)(/|-|$)|^/~\w+/.*\.ps$", 1.1),
    Sign("paper", "title", r"\b(white ?paper|proceedings|phd thesis|dissertation|technical report|(research|seminal|classic) paper|[A-Z]{3,6} ?['’]\d{2})\b|\[pdf\]|\(pdf\)", 1.1),
    Sign("post-mortem", "path", r"/(post-?mortems?|incidents?|outages?)(/|-|$)", 1.2),
    Sign("post-mortem", "title", r"\bpost[- ]?mortem\b|\b(incident|outage) (report|review|analysis|summary|of|on)\b|\broot cause\b|\bwhat (went wrong|happened)\b|\b(the|our|recent) \w* ?outage\b", 1.5),
    Sign("post-mortem", "title", r"\b(availability|reliability) report\b", 1.2),
    Sign("post-mortem", "title", r"\b(outage|downtime|incident|data loss|meltdown)\b", 0.9),
    Sign("promotion", "lead", r"\b(use (the )?(promo )?code|limited[- ]time offer|book a demo|start your free trial|sponsored (by|post))\b", 0.8),
    Sign("promotion", "path", r"/(pricing|promo|offers?|landing|lp|demo|free-trial|sponsored)(/|-|$)", 1.2),
    Sign("promotion", "title", r"\b(\d+% off|discount|coupon|free trial|giveaway|black friday|cyber monday|book a demo|sponsored|buy now|limited time|sign up (now|today))\b", 1.3),
    Sign("repository", "host", r"^(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|sr\.ht|git\.sr\.ht)$", 0.9),
    Sign("repository", "path", r"^/[\w.~-]+/[\w.-]+/?$", 0.3),
    Sign("repository", "title", r"^GitHub - |\bgit repository\b|^[\w.-]+/[\w.-]+(:|$)|^show hn:", 0.8),
    Sign("talk", "host", r"(^|\.)(youtube\.com|youtu\.be|vimeo\.com|speakerdeck\.com|slideshare\.net|viddler\.com|media\.ccc\.de|ted\.com|peertube\.\w+)$|\.tv$", 1.3),
    Sign("talk", "path", r"/(talks?|presentations?|slides|podcasts?|videos?|episodes?|watch)(/|-|$)", 1.1),
    Sign("talk", "title", r"\b(talk|keynote|slides|slide deck|podcast|episode|video|webcast|screencast|interview|fireside chat)\b|\[video\]|\(video\)", 1.0),
    Sign("tutorial", "path", r"/(tutorials?|how-?to|getting-started|quickstart|codelabs?|workshops?)(/|-|$)|/(lab|learn)(/|$)", 1.1),
    Sign("tutorial", "title", r"\btutorial\b|\bstep[- ]by[- ]step\b|\bgetting started\b|\bhands[- ]on\b|\bhow to (?!.*\?$)|\bquick ?start\b|\bwalkthrough\b|\bfrom scratch\b|(?<!not )\bfor beginners\b|\b101\b", 1.2),
    Sign("tutorial", "title", r"^(build(ing)?|creat(e|ing)|implement(ing)?|deploy(ing)?|writ(e|ing)|set(ting)? up|us(e|ing)|configur(e|ing)|learn|rebuild(ing)?) ", 1.0),
)
_COMPILED = tuple((sign, re.compile(sign.pattern, 0 if "[A-Z]" in sign.pattern else re.IGNORECASE)) for sign in SIGNS)


def version() -> str:
    """The version of the kinds: of this code and of SIGNS."""
    return version_of(VERSION, SIGNS, THRESHOLD)


def kind_of(url: str, title: str, text: str = "") -> tuple[str, str]:
    """The kind (a key of KINDS) and the reason in words; `article` with an empty reason when nothing speaks for another kind."""
    host = host_of(url).removeprefix("www.")
    fields = {"host": host, "path": path_of(url), "title": title, "lead": text[:_LEAD]}
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for sign, pattern in _COMPILED:
        if match := pattern.search(fields[sign.field]):
            found[sign.kind].append((sign.weight, f"{sign.field} has “{match[0].strip()[:60]}”"))
    if not found:
        return DEFAULT, ""
    weight, kind = max((sum(weight for weight, _ in signs), kind) for kind, signs in found.items())
    return (kind, max(found[kind])[1]) if weight >= THRESHOLD else (DEFAULT, "")
