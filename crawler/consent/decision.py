"""The consent decision: from the signals of an account and a post to the level of consent.

No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.consent.levels import stricter
from crawler.models.posts import Consent

Policy = Literal["considerate", "strict", "lenient"]
OptIn = Literal["yes", "no", "missing", "unknown to the network"]

_WITHOUT_OPT_IN: dict[Policy, Consent] = {
    "considerate": Consent.REFERENCE,
    "strict": Consent.LINK_ONLY,
    "lenient": Consent.FULL,
}


@dataclass(frozen=True, slots=True)
class ConsentSignals:
    """The consent signals that a network reports for one post and its account.

    `opt_in`: the author's answer to "may this be found by search" (Mastodon: `indexable`).
    `account`: explicit opt-outs that cover the whole account. `post`: those that
    cover this post only. `removed`: reasons why the network itself withdrew the post.
    """

    opt_in: OptIn = "unknown to the network"
    account: tuple[str, ...] = ()
    post: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentDecision:
    """The level for the whole account, the level for this post, and the signals behind them."""

    account: Consent = Consent.FULL
    post: Consent = Consent.FULL
    reasons: tuple[str, ...] = ()


def decide_consent(signals: ConsentSignals, policy: Policy = "considerate") -> ConsentDecision:
    """Return the consent that follows from `signals` under `policy`.

    An explicit opt-out leaves the link to the article under every policy. The policy decides
    only about accounts that did not opt in where their network offers an opt-in. Mastodon sends
    `indexable: false` for every account that never changed the setting. FEP-5feb also reads a
    missing flag as false.
    """
    undecided = signals.opt_in in ("no", "missing")
    account = _WITHOUT_OPT_IN[policy] if undecided else Consent.FULL
    if signals.account:
        account = stricter(account, Consent.LINK_ONLY)
    post = stricter(account, Consent.LINK_ONLY) if signals.post else account
    if signals.removed:
        post = Consent.NONE
    reasons = (*signals.removed, *signals.account, *signals.post)
    if undecided:
        reasons += (f"indexable {'false' if signals.opt_in == 'no' else 'missing'}",)
    return ConsentDecision(account, post, () if post is Consent.FULL else reasons)
