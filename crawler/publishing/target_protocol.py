"""The protocol of targets: the functions of a module, and the values that they exchange."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import msgspec

from crawler.errors import ConfigurationError
from crawler.module_discovery import implementing_modules
from crawler.publishing import targets
from crawler.settings.publish import PublishSettings
from crawler.validation_messages import validation_message

Uploaded = Callable[[str], None]
"""A function that is called with the path of each file after its upload."""


@dataclass(frozen=True, slots=True)
class TargetContext:
    """The folder of the finished build, a private folder, and the time limit of a target.

    `seconds` limits one step, for example the upload of one group of files. `host` is the host
    name of the site, empty if `[site] base_url` is. With `upload_all`, files that the target has
    already are uploaded again. With `drop_history`, the target keeps no earlier publication.
    """

    build: Path
    private: Path
    seconds: float
    host: str = ""
    upload_all: bool = False
    drop_history: bool = False


@dataclass(frozen=True, slots=True)
class TargetFiles:
    """The present files of a target: its manifest, and the size in bytes of each other file."""

    manifest: bytes | None
    sizes: Mapping[str, int]


class PublishTarget(Protocol):
    """One configured target. Every method raises PublishError if the target does not obey."""

    def read_files(self) -> TargetFiles:
        """Return the manifest and the files that the target has now."""
        ...

    def start(self, manifest: bytes) -> None:
        """Store the `manifest` of a publication that starts, so that a later one can resume it."""
        ...

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        """Copy files of the build to the target, each as a whole; report them to `uploaded`.

        `paths` are the files of one step. When the method returns, readers get all of them.
        """
        ...

    def delete(self, paths: Sequence[str]) -> None:
        """Delete the files at `paths`; missing files are ignored."""
        ...

    def finish(self, manifest: bytes) -> None:
        """Store the `manifest` of the finished publication."""
        ...


class TargetModule(Protocol):
    """A module of `crawler/publishing/targets`: one kind of target, found by its name.

    `LOCATION` is an example of `[publish] location`. `Options` is a frozen dataclass of the values
    of `[publish] options` that the kind reads.
    """

    LOCATION: str
    Options: type

    def open_target(self, location: str, options: Any, context: TargetContext) -> PublishTarget:
        """Return the target at `location`; its options are `options`, its paths in `context`.

        Raises ConfigurationError if they cannot belong to a target. The network is not used.
        """
        ...


def load_target_modules() -> Mapping[str, ModuleType]:
    """Return every kind of target by name. Raises ConfigurationError for an incomplete module."""
    return implementing_modules(targets, TargetModule)


def open_target(settings: PublishSettings, context: TargetContext) -> PublishTarget:
    """Return the target of `settings`, with the paths in `context`.

    Raises ConfigurationError if a setting is missing or wrong.
    """
    modules = load_target_modules()
    module = modules.get(settings.target)
    if module is None:
        names = ", ".join(f'"{name}"' for name in sorted(modules))
        problem = (
            f'= "{settings.target}" is not a kind of target' if settings.target else "is empty"
        )
        raise ConfigurationError(f"[publish] target {problem}.", f"Write one of {names}.")
    if not settings.location:
        hint = f'Write for example: location = "{module.LOCATION}"'
        raise ConfigurationError("[publish] location is empty.", hint)

    target: PublishTarget = module.open_target(
        settings.location, _options(module, settings), context
    )
    return target


def _options(module: ModuleType, settings: PublishSettings) -> Any:
    names = [field.name for field in dataclasses.fields(module.Options)]
    given = {}
    for option in settings.options:
        name, separator, value = option.partition("=")
        if name.strip() not in names or not separator:
            hint = f"Write name=value. Known names: {', '.join(names) or 'none'}."
            raise ConfigurationError(f"[publish] options: {option!r} is not an option.", hint)
        given[name.strip()] = value.strip()
    try:
        return msgspec.convert(given, module.Options, strict=False)
    except msgspec.ValidationError as error:
        hint = "docs/PUBLISHING.md lists the options."
        message = f"[publish] options: {validation_message(error)}."
        raise ConfigurationError(message, hint) from None
