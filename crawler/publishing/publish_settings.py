"""The settings of the section `[publish]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """`[publish]`: the target to which `hashtrail publish` and `nightly` copy the site.

    `target` is the kind of target; nothing is uploaded while it is empty. `location` is its path
    or URL. `options` are further values of the kind, each as `name=value`. `timeout_minutes`
    limits each step.
    """

    target: str = ""
    location: str = ""
    options: tuple[str, ...] = ()
    timeout_minutes: float = 60.0
