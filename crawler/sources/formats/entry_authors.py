"""Authors as feeds write them: a name, a mail address or both, as in `Ann <ann@lab.example>`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"[^\s<>()\[\],:;]{1,64}@[^\s<>()\[\],:;]{1,253}")


def written_person(name: str, address: str) -> str:
    """Return an author with a `name`, a mail `address` or both; empty without both."""
    return f"{name} <{address}>" if name and address else name or address


def is_other_person(own: Iterable[str], inherited: Iterable[str]) -> bool:
    """Return whether the mail addresses show that authors of an entry are not those of the feed.

    `own` are the authors of the entry and `inherited` those of the feed, as written. Without mail
    addresses on both sides, nothing is shown.
    """
    own_addresses, inherited_addresses = _addresses(own), _addresses(inherited)
    return bool(
        own_addresses and inherited_addresses and own_addresses.isdisjoint(inherited_addresses)
    )


def _addresses(written: Iterable[str]) -> set[str]:
    return {address.lower() for author in written for address in _ADDRESS.findall(author)}
