"""The table of problems that monitoring reports: codes, meanings and actions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A kind of problem: a code for programs, and three texts for people.

    An alarm fails `hashtrail status --check`. The others concern single sources: they are reported
    once and listed, and the nights stay good.
    """

    code: str
    title: str
    meaning: str
    action: str
    is_alarm: bool = True


# Worst first: lists of problems have this order. A new code is one entry here.
PROBLEM_CODES = (
    ProblemCode(
        "database",
        "The database cannot be used",
        "The file is damaged, unreadable or newer than this version.",
        "Run: hashtrail doctor",
    ),
    ProblemCode(
        "never",
        "No night has succeeded yet",
        "The workspace is new, or every night failed.",
        "Run: hashtrail nightly",
    ),
    ProblemCode(
        "clock",
        "The clock of this machine is or was wrong",
        "The last good night ended in the future.",
        "Correct the clock, then run: hashtrail nightly",
    ),
    ProblemCode(
        "old",
        "The last good night is too old",
        "The timer did not start the night, or the nights were killed or failed.",
        "Check the timer or cron. Then run: hashtrail nightly",
    ),
    ProblemCode(
        "failed",
        "The last night failed",
        "The published site is that of the night before.",
        "Read the message, then run: hashtrail nightly",
    ),
    ProblemCode(
        "disk",
        "The disk is almost full",
        "A run needs free space, and refuses to start without it.",
        "Free some space, or lower [archive] keep_days.",
    ),
    ProblemCode(
        "nothing-polled",
        "The last night polled no source",
        "Sources are enabled, but none was due. The clock was wrong, or all sources back off.",
        "Check the clock. Then run: hashtrail crawl --due-now",
    ),
    ProblemCode(
        "degraded",
        "Too many sources fail",
        "More sources fail than [crawl] degraded_share allows.",
        "See the causes: hashtrail status",
    ),
    ProblemCode(
        "publish",
        "The site was not published",
        "The last upload to the target of [publish] failed. Readers see the site of the last good "
        "upload.",
        "Run: hashtrail publish",
    ),
    ProblemCode(
        "backup-old",
        "The newest backup is too old",
        "The nights end before their backup, or the folder of backups was emptied.",
        "Run: hashtrail backup",
    ),
    ProblemCode(
        "backup-invalid",
        "A backup failed its check",
        "The last backup that was checked cannot be relied on.",
        "Make a new one and check it: hashtrail backup --verify",
    ),
    ProblemCode(
        "backlog",
        "The nights do not finish their work",
        "Due articles and posts that a night does not reach increase from night to night.",
        "Raise the budgets of a night in [budget], or disable sources.",
    ),
    ProblemCode(
        "extraction",
        "Fewer pages can be read",
        "The share of fetched pages with a readable text fell. Many sites changed, or they refuse "
        "the crawler.",
        "See the reasons on the page of the last night.",
    ),
    ProblemCode(
        "source-failing",
        "A source has failed for long",
        "Each poll failed since then. Hashtrail polls such a source once a week.",
        "See the causes: hashtrail status",
        is_alarm=False,
    ),
    ProblemCode(
        "source-silent",
        "A source has no new posts",
        "It responds, but had no post for longer than [monitor] silent_gaps and silent_days allow.",
        "Open its URL in a browser. If it has new posts there, run: hashtrail sources check NAME",
        is_alarm=False,
    ),
    ProblemCode(
        "source-changed",
        "A source moved, ended or changed",
        "Its URL redirects or responds with 410, or its posts differ from earlier ones.",
        "Run: hashtrail review",
        is_alarm=False,
    ),
    ProblemCode(
        "source-unreadable",
        "Pages of a source can no longer be read",
        "Far fewer of the pages that it links to have a readable text than before.",
        "Open one of its newest articles. Run: hashtrail extract URL",
        is_alarm=False,
    ),
)
BY_CODE = {code.code: code for code in PROBLEM_CODES}
_ORDER = {code.code: number for number, code in enumerate(PROBLEM_CODES)}


def problem_order(code: str) -> int:
    """Return the position of a problem `code` in lists: the worst is 0, unknown codes are last."""
    return _ORDER.get(code, len(_ORDER))
