"""Templates into files: one Jinja2 environment with autoescape always on, and the few words
templates may use.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError
from markupsafe import Markup

from crawler import site_urls
from crawler.errors import BuildError
from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY
from crawler.sitegen import display_text
from crawler.sitegen.site_model import SiteModel
from crawler.workspace import SiteSettings

_SECTIONS = {"topic": "topics", "week": "weeks"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of the site: its path below the top, with `/`, and its bytes."""

    path: str
    data: bytes


class Renderer:
    """Renders pages.

    `assets` maps the plain name of each asset to its name with a digest, so that browsers may keep
    it for ever.
    """

    def __init__(
        self,
        model: SiteModel,
        settings: SiteSettings,
        folders: list[Path],
        assets: Mapping[str, str],
    ) -> None:
        self.settings = settings
        self._templates: dict[str, Template] = {}
        self._fragments: dict[tuple[str, str, Hashable], Markup] = {}
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
        self._environment.globals.update(
            model=model, site=settings, assets=assets, csp=CONTENT_SECURITY_POLICY
        )
        self._environment.globals.update(urls=site_urls, display=display_text, cached=self._cached)
        self._environment.filters.update(_FILTERS, label=model.label)

    def page(self, template: str, path: str, **facts: Any) -> OutputFile:
        """One HTML page.

        The template also gets `path`, `root` (the way back to the top) and `canonical` (empty
        without a base URL).
        """
        return OutputFile(path, self._render(template, path, facts).encode())

    def document(self, template: str, path: str, **facts: Any) -> OutputFile:
        """One XML document; characters that XML 1.0 forbids are dropped."""
        return OutputFile(path, _NOT_XML.sub("", self._render(template, path, facts)).encode())

    def absolute(self, path: str) -> str:
        """The full address of a page; empty when the settings name no base URL."""
        base = self.settings.base_url
        relative = "" if path == "index.html" else path
        return f"{base.rstrip('/')}/{relative}" if base else ""

    def _render(self, template: str, path: str, facts: dict[str, Any]) -> str:
        section = path.partition("/")[0].removesuffix(".html")
        place = {
            "path": path,
            "root": site_urls.path_to_root(path),
            "canonical": self.absolute(path),
            "section": _SECTIONS.get(section, section),
        }
        try:
            return self._template(template).render(facts, **place) + "\n"
        except TemplateError as error:
            message = f"The template {template} cannot be rendered: {error}."
            raise BuildError(
                message, "Correct the template; the published site is untouched."
            ) from error

    def _cached(self, template: str, root: str, item: Any = "", key: Hashable = None) -> Markup:
        """Return a fragment that many pages share, such as the header or an article's row.

        It is rendered once for each `root` and `key` (by default the `item` itself). The template
        reads its subject as `item`.
        """
        cache_key = (template, root, item if key is None else key)
        fragment = self._fragments.get(cache_key)
        if fragment is None:
            html = self._template(template).render(root=root, item=item)
            fragment = self._fragments[cache_key] = Markup(html)  # escaped by Jinja
        return fragment

    def _template(self, name: str) -> Template:
        found = self._templates.get(name)
        if found is None:
            found = self._templates[name] = self._environment.get_template(name)
        return found


def hashed_name(name: str, data: bytes) -> str:
    """`style.css` -> `style.1a2b3c4d.css`."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.blake2b(data, digest_size=4).hexdigest()}.{suffix}"


def _language_attributes(language: str) -> Markup:
    """The attributes of a text that is not ours: its language, when it is known and well formed,
    and the direction its letters run.
    """
    known = _LANGUAGE.fullmatch(language)
    return (
        Markup(' lang="{}" dir="auto"').format(language)
        if known and not language.startswith("en")
        else Markup(' dir="auto"')
    )


_FILTERS: dict[str, Callable[..., Any]] = {
    "wayback_url": site_urls.wayback_url,
    "author_path": site_urls.author_path,
    "count": display_text.format_count,
    "day": display_text.format_day,
    "excerpt": display_text.shorten,
    "field": display_text.field_label,
    "language_attributes": _language_attributes,
    "kind": display_text.kind_label,
    "long_day": display_text.format_long_day,
    "moment": display_text.format_time,
    "network": display_text.network_label,
    "reason": display_text.url_reason_label,
    "rule": display_text.rule_label,
    "publisher_path": site_urls.publisher_path,
    "topic_path": site_urls.topic_path,
    "is_web_url": site_urls.is_web_url,
    "week_days": display_text.format_week,
}
