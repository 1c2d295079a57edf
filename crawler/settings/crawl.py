"""`[crawl]`: the followed hashtags, consent, and the time between article checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """The followed hashtags, consent, and the time between article checks."""

    hashtags: Annotated[
        tuple[Annotated[str, Meta(pattern=r"[^\s#]")], ...],
        Meta(extra={"form": "words, for example DistributedSystems"}),
        meaning(
            "Only posts with these hashtags, and their threads, are imported from an X archive or "
            "a LinkedIn export. `hashtrail import --all` imports all posts."
        ),
    ] = ("DistributedSystems",)
    consent: Annotated[
        Literal["considerate", "strict", "lenient"],
        meaning(
            "Policy for accounts that made no choice about search (Mastodon, Misskey). Explicit "
            "opt-outs always apply. Of 221 recorded posts 13 % appear with their words under "
            "`considerate` and `strict`, 76 % under `lenient` "
            "([PRIVACY.md](PRIVACY.md#policy-for-accounts-that-made-no-choice))."
        ),
    ] = "considerate"
    recheck_days: Annotated[
        int,
        Meta(ge=1, le=3650),
        meaning("Maximum time between two checks of an article.", unit="days"),
    ] = 30
    degraded_share: Annotated[
        float,
        Meta(ge=0, le=1),
        meaning(
            "A night is degraded if a larger share of the sources fails. `nightly` then exits with "
            "2, and `status --check` with 1."
        ),
    ] = 0.3
