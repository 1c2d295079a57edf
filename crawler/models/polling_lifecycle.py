"""The result of repeated polls of a source: moves, disappearance, and polls without news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PollingLifecycle:
    """The lifecycle of one source, stored between runs.

    `moving_to` is the URL to which the last `moves` polls in a row were permanently redirected.
    `polled_url` is the URL that is polled instead of the configured one after a move, or "".
    `not_found` counts polls answered with 404 since the last success, `unchanged` the polls in a
    row that added no post. `stopped` is the time of an answer 410: the source is not polled again.
    """

    moving_to: str = ""
    moves: int = 0
    polled_url: str = ""
    not_found: int = 0
    unchanged: int = 0
    stopped: datetime | None = None
