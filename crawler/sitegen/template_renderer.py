"""Rendering of templates to files: one Jinja2 environment with autoescape always on."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.models.network_names import network_label
from crawler.serving.content_security_policy import policy_of_path
from crawler.settings.site import SiteSettings
from crawler.sitegen import contact_links, display_formats, linked_data, page_parts, url_reasons
from crawler.sitegen.feed_contents import FeedContent
from crawler.sitegen.page_parts import TopicChips
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.template_environment import SiteEnvironment
from crawler.sitegen.template_errors import compile_own_templates, template_error
from crawler.sitegen.template_folders import TemplateFolders
from crawler.text_cleaning import shorten
from crawler.urls_and_hashtags import without_hashtags

_MAX_FRAGMENTS = 20_000  # in memory, about 20 MB
_ROW_TITLE = "site/row_title.html"
_ROW_FACTS = "site/row_facts.html"
_ROW_LINKS = "site/row_links.html"
_ROOT, _HOST, _CHIPS = "\x00\x01\x02"
"""Marks in texts of an article for what lists show in other ways. Cleaned text has none of them."""

_SECTIONS = {"topic": "topics", "week": "weeks"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class SocialCard:
    """The picture of a page for other sites: its path and its text alternative."""

    path: str
    alt: str


class Renderer:
    """Renders templates of `folders` with the data of `model`.

    `assets` maps the plain name of each asset to its path with a digest, so that browsers may
    cache it without limit. Pages link to those of `feeds` that are theirs. Raises BuildError if a
    template of the workspace cannot be compiled.
    """

    def __init__(
        self,
        model: SiteModel,
        folders: TemplateFolders,
        assets: Mapping[str, str],
        feeds: Sequence[FeedContent] = (),
    ) -> None:
        self._model = model
        self._fragments: dict[tuple[str, str, Hashable], Markup] = {}
        self._folders = folders
        self.cards: dict[str, SocialCard] = {}
        self._environment = SiteEnvironment(folders.loader())
        self._environment.globals.update(
            model=model,
            site=model.settings,
            assets=assets,
            urls=site_urls,
            has_explorer=bool(explorer_query_url(model.settings, "", "")),
            explorer_query=partial(explorer_query_url, model.settings),
            display=display_formats,
            cached=self.fragment,
            row_of_article=self.row,
            linked_data=linked_data,
            feeds=feeds,
            feed_of_page={feed.page: feed for feed in feeds},
            cards=self.cards,
        )
        self._topic_chips = TopicChips(model.label).html
        self._environment.filters.update(_FILTERS, label=model.label, topic_chips=self._topic_chips)
        compile_own_templates(self._environment, folders)

    def compile_all(self) -> None:
        """Compile every template of the site. Raises TemplateError if one cannot be compiled."""
        for name in self._environment.list_templates(filter_func=_is_of_site):
            self._environment.get_template(name)

    def add_card(self, page: str, card: SocialCard) -> None:
        """Let the page at the path `page`, which is rendered later, refer to `card`."""
        self.cards[page] = card

    def page(self, template: str, path: str, **context: Any) -> OutputFile:
        """Return the HTML page `path`, rendered from `template` with the variables `context`.

        The template also gets `path`, `root` (the relative path to the top of the site),
        `canonical` (the full URL, empty without a base URL), `csp` and `section`.
        Raises BuildError if the template cannot be rendered.
        """
        return OutputFile(path, self._render(template, path, context).encode())

    def document(self, template: str, path: str, **context: Any) -> OutputFile:
        """Return the XML document `path`, rendered from `template` with the variables `context`.

        Characters that XML 1.0 forbids are dropped.
        """
        text = self._render(template, path, context)
        return OutputFile(path, _NOT_XML.sub("", text).encode())

    def _render(self, template: str, path: str, context: Mapping[str, Any]) -> str:
        section = path.partition("/")[0].removesuffix(".html")
        location = {
            "path": path,
            "root": site_urls.path_to_root(path),
            "csp": policy_of_path(f"/{path}"),
            "canonical": self._model.absolute_url(path),
            "section": _SECTIONS.get(section, section),
        }
        try:
            return self._environment.get_template(template).render(context, **location) + "\n"
        except Exception as error:
            raise template_error(template, error, self._folders) or error from error

    def fragment(
        self, template: str, root: str, item: Any = "", key: Hashable = None, **options: str
    ) -> Markup:
        """Return a fragment of `template` that many pages share, such as an article's row.

        It is rendered once for each `root` and `key` (by default the `item` itself). The template
        reads its subject as `item`, and the `options`, which the key must tell apart. An item with
        `texts`, such as an article, keeps its fragments itself, one for all roots: they depend on
        nothing else.
        """
        texts = getattr(item, "texts", None)
        if texts is not None:
            name = f"{template} {key}" if options else template
            html = texts.get(name)
            if html is None:
                html = texts[name] = self._rendered(template, _ROOT, item, options)
            return Markup(html.replace(_ROOT, root))
        cache_key = (template, root, item if key is None else key)
        fragment = self._fragments.get(cache_key)
        if fragment is None:
            if len(self._fragments) >= _MAX_FRAGMENTS:
                self._fragments.clear()
            html = self._rendered(template, root, item, options)
            fragment = self._fragments[cache_key] = Markup(html)
        return fragment

    def row(
        self,
        article: ListedArticle,
        root: str,
        own: str = "",
        own_host: str = "",
        heading: str = "h3",
    ) -> Markup:
        """Return the row of an `article` in a list, without the `<li>`.

        A list of the topic `own` or of `own_host` does not repeat it in each row. `heading` is the
        element of the title; `root` leads to the top of the site.
        """
        name = f"row {heading}"
        row = article.texts.get(name)
        if row is None:
            row = article.texts[name] = self._rendered_row(article, heading)
        host = page_parts.host_link(article, root) if article.host != own_host else ""
        chips = self._topic_chips(article.topics, root, own=own)
        return Markup(row.replace(_ROOT, root).replace(_HOST, host).replace(_CHIPS, chips))

    def _rendered_row(self, article: ListedArticle, heading: str) -> str:
        """Return the row of an `article` in all lists, which differ at the marks."""
        title = self._rendered(_ROW_TITLE, _ROOT, article, {"heading": heading})
        facts = self._rendered(_ROW_FACTS, _ROOT, article, {})
        links = self._rendered(_ROW_LINKS, _ROOT, article, {})
        return (
            f'{title}\n<p class="meta">{_HOST}\n{facts}\n</p>\n'
            f'<div class="row-end">\n{_CHIPS}\n{links}\n</div>'
        )

    def _rendered(self, template: str, root: str, item: Any, options: Mapping[str, str]) -> str:
        """Return a fragment as HTML, escaped by Jinja."""
        return self._environment.get_template(template).render(root=root, item=item, **options)


def explorer_query_url(settings: SiteSettings, root: str, name: str, **values: str) -> str:
    """Return the URL of a named query in the explorer; empty if the site has no explorer.

    `root` leads to the top of the site, `name` is the query's, and `values` has its parameters.
    """
    if site_urls.is_web_url(settings.explorer_url):
        return site_urls.explorer_list_url(settings.explorer_url, name, **values)
    if settings.explorer == "browser":
        return site_urls.explorer_fragment_url(root, name, **values)
    return ""


def _is_of_site(name: str) -> bool:
    return name.startswith(("site/", "feeds/"))


def _language_attributes(language: str) -> Markup:
    """Return the attributes of a text from outside: its language and its direction.

    The language is left out if it is English, unknown or malformed.
    """
    if _LANGUAGE.fullmatch(language) and not language.startswith("en"):
        return Markup(' lang="{}" dir="auto"').format(language)
    return Markup(' dir="auto"')


_FILTERS: dict[str, Callable[..., Any]] = {
    "author_path": site_urls.author_path,
    "contact_label": contact_links.contact_label,
    "contact_url": contact_links.contact_url,
    "count": counted_noun,
    "day": display_formats.format_day,
    "day_in_year": display_formats.format_day_in_year,
    "entity_kind": display_formats.entity_kind_label,
    "entity_kinds": display_formats.entity_kind_heading,
    "entity_path": site_urls.entity_path,
    "excerpt": shorten,
    "field": display_formats.field_label,
    "is_web_url": site_urls.is_web_url,
    "kind": display_formats.kind_label,
    "kind_path": site_urls.kind_path,
    "kind_class": page_parts.kind_class,
    "language_attributes": _language_attributes,
    "long_day": display_formats.format_long_day,
    "message_url": contact_links.message_url,
    "moment": display_formats.format_time,
    "network": network_label,
    "publisher_path": site_urls.publisher_path,
    "reason": url_reasons.url_reason_label,
    "match": display_formats.match_label,
    "host_link": page_parts.host_link,
    "tag_quality": display_formats.tag_quality,
    "time_element": page_parts.time_element,
    "topic_path": site_urls.topic_path,
    "wayback_url": site_urls.wayback_url,
    "week_days": display_formats.format_week,
    "without_hashtags": without_hashtags,
}
