"""`[publish]`: the target to which `hashtrail publish` and `nightly` copy the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """The target to which `hashtrail publish` and `nightly` copy the site."""

    target: Annotated[
        str,
        meaning(
            "Kind of target: `folder`, `git`, `rsync` or `s3` "
            "([PUBLISHING.md](PUBLISHING.md)). Empty: the site stays in `site/public`."
        ),
    ] = ""
    location: Annotated[
        str,
        meaning(
            "Path or URL of the target, without a password, for example "
            "`me@www.example.org:/srv/www/trail`."
        ),
    ] = ""
    options: Annotated[
        tuple[str, ...],
        meaning(
            "Further values of the kind of target, each as `name=value`, for example "
            '`["branch=gh-pages"]`.'
        ),
    ] = ()
    timeout_minutes: Annotated[
        float,
        Meta(gt=0, le=10_080),
        meaning("Maximum time of one step, for example the upload of all assets.", unit="minutes"),
    ] = 60.0
