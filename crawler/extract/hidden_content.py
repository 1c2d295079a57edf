"""Hidden elements that contain text of the article, which scripts or a click reveal.

`hidden`, `aria-hidden`, `display: none` and `visibility: hidden` are hints. Menus and dialogs are
hidden. So are transcripts, the rest of an article below a "Read more" button, and pages that a
script shows when it has loaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.hidden_names import is_other_part, names_section, surrounds_other_part
from crawler.text_cleaning import count_words

# A page with this many visible words is an article without its hidden text.
ENOUGH_WORDS = 150
# A page with fewer visible words is an article if its hidden text is not much longer.
_MUCH_LONGER = 2
_MIN_WORDS = 15
_PARAGRAPH_WORDS = 8
_LINKED_SHARE = 0.5
_COMPARED_PARAGRAPHS = 3
_NESTED_PASSES = 3
_PROSE_TAGS = ("blockquote", "dd", "div", "li", "p", "pre", "section", "td")
# A `div` or a section with one of these is not a paragraph.
_BARE_TAGS = frozenset(("div", "section"))
_INNER_TAGS = (
    "article", "blockquote", "button", "dl", "form", "h1", "h2", "h3", "h4", "h5", "h6", "input",
    "nav", "ol", "p", "pre", "section", "table", "ul",
)  # fmt: skip
_MARKED = (
    "descendant-or-self::*[@hidden or @aria-hidden='true' or self::template or self::noscript"
    " or (@style and (contains(@style, 'none') or contains(@style, 'hidden')"
    " or contains(@style, 'NONE') or contains(@style, 'HIDDEN')))]"
)
_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*;?", re.IGNORECASE)
_CONTROLS = ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "href", "for")
_BUTTONS = frozenset(("button", "label", "summary"))


def reveal_content(root: HtmlElement) -> None:
    """Show the hidden elements of the tree `root` that contain text of its article.

    - Streamed parts (React) take the place of their templates, and declarative shadow trees that
      of their host's content (HTML, section 4.12.3).
    - Sections that a reader opens are shown if they follow visible text: those with
      `hidden="until-found"` (HTML, section 6.1), a button or a name such as `accordion`. So is
      text with `aria-hidden`, which is visible.
    - Panels of tabs are shown if they contain code.
    - All other hidden text is shown only if the page has little visible text.
    """
    marked = _marked_elements(root)
    if any(element.tag == "template" for element in marked):
        _open_shadow_trees(marked)
        _place_streamed_parts(marked)
        marked = _marked_elements(root)
    _show_code_panels(marked)
    marked = [element for element in marked if _is_marked(element)]
    for _ in range(_NESTED_PASSES):
        if not _reveal_outermost(root, marked):
            return
        marked = _marked_elements(root)


def _reveal_outermost(root: HtmlElement, marked: Sequence[HtmlElement]) -> bool:
    """Show the outermost of the `marked` elements that contain text; return whether any does."""
    words = {element: _prose_words(element) for element in _outermost(marked)}
    candidates = [
        element
        for element, count in words.items()
        if count >= _MIN_WORDS and not _is_outside_article(element)
    ]
    if not candidates:
        return False

    visible = _VisibleProse(root, frozenset(marked))
    hidden_words = sum(words[element] for element in candidates)
    is_enough = visible.words >= min(ENOUGH_WORDS, hidden_words / _MUCH_LONGER)
    controlled = _controlled_ids(root) if is_enough else frozenset()
    shown = [
        element
        for element in candidates
        if not is_enough or _is_section(element, visible, controlled)
    ]
    shown = [element for element in shown if not visible.repeats(element)]
    for element in shown:
        _show(element)
    return bool(shown)


def _show_code_panels(marked: Sequence[HtmlElement]) -> None:
    """Show the panels of tabs that contain a code listing: each tab has another form of it."""
    for element in marked:
        is_panel = element.get("role") == "tabpanel" or "tab-pane" in element.get("class", "")
        has_code = is_panel and next(element.iter("pre"), None) is not None
        if has_code and not _is_outside_article(element):
            _show(element)


def _is_outside_article(element: HtmlElement) -> bool:
    return is_other_part(element) or any(map(surrounds_other_part, element.iterancestors()))


def _marked_elements(root: HtmlElement) -> list[HtmlElement]:
    """Return the elements with a mark that hides them, in document order."""
    marked: list[HtmlElement] = root.xpath(_MARKED)
    return [element for element in marked if element.tag != "head" and _is_marked(element)]


def _is_marked(element: HtmlElement) -> bool:
    if element.tag in ("template", "noscript") or "hidden" in element.attrib:
        return True
    is_aria = element.get("aria-hidden") == "true"
    return is_aria or _HIDING_STYLE.search(element.get("style", "")) is not None


def _outermost(marked: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    inside = frozenset(marked)
    for element in marked:
        if inside.isdisjoint(element.iterancestors()):
            yield element


class _VisibleProse:
    """The visible paragraphs of a page, and the number of their words inside each element."""

    def __init__(self, root: HtmlElement, marked: frozenset[HtmlElement]) -> None:
        self.words_in: Counter[HtmlElement] = Counter()
        self._paragraphs: set[str] = set()
        for paragraph in root.iter(*_PROSE_TAGS):
            around = [paragraph, *paragraph.iterancestors()]
            text = "" if not marked.isdisjoint(around) else _prose(paragraph)
            if text:
                self._paragraphs.add(text)
                self.words_in.update(dict.fromkeys(around, count_words(text)))
        self.words = self.words_in[root]

    def repeats(self, element: HtmlElement) -> bool:
        """Return whether most first paragraphs of an `element` are visible; add them."""
        texts = filter(None, map(_prose, element.iter(*_PROSE_TAGS)))
        first = list(islice(texts, _COMPARED_PARAGRAPHS))
        repeated = sum(text in self._paragraphs for text in first)
        self._paragraphs.update(first)
        return 2 * repeated > len(first)


def _is_section(element: HtmlElement, visible: _VisibleProse, controlled: frozenset[str]) -> bool:
    """Return whether a hidden element continues visible text and a reader can open it."""
    if element.tag in ("template", "noscript") or not _continues_text(element, visible):
        return False
    if element.get("hidden", "").lower() == "until-found":
        return True
    is_hidden = "hidden" in element.attrib or _HIDING_STYLE.search(element.get("style", ""))
    return (
        not is_hidden
        or element.get("id") in controlled
        or names_section(element)
        or _has_button(element)
    )


def _continues_text(element: HtmlElement, visible: _VisibleProse) -> bool:
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "html"):
            return False
        if visible.words_in[ancestor] >= _MIN_WORDS:
            return True
    return False


def _has_button(element: HtmlElement) -> bool:
    """Return whether a button is next to an element or in the heading above the element."""
    before, after = element.getprevious(), element.getnext()
    siblings = [sibling for sibling in (before, after) if sibling is not None]
    return any(
        part.tag in _BUTTONS or part.get("role") == "button" or "aria-expanded" in part.attrib
        for sibling in siblings
        for part in (sibling, *sibling[:1])
    )


def _controlled_ids(root: HtmlElement) -> frozenset[str]:
    """Return the ids of the elements that buttons and tabs of the page open."""
    buttons = root.xpath(
        "//*[self::button or self::label or @aria-expanded or @role='button' or @role='tab']"
    )
    values = (button.get(name, "") for button in buttons for name in _CONTROLS)
    return frozenset(value.removeprefix("#") for text in values for value in text.split())


def _prose_words(element: HtmlElement) -> int:
    """Return the number of words in the paragraphs of an element."""
    if len(element) == 0:
        return count_words(_prose(element)) if element.tag in _PROSE_TAGS else 0
    return sum(count_words(_prose(paragraph)) for paragraph in element.iter(*_PROSE_TAGS))


def _prose(paragraph: HtmlElement) -> str:
    """Return the text of a paragraph, or "" if it is short or has mostly links.

    The text of a paragraph that contains others is that of the inner ones.
    """
    if next(paragraph.iterchildren(*_PROSE_TAGS), None) is not None:
        return ""
    if paragraph.tag in _BARE_TAGS and next(_inner(paragraph), None) is not None:
        return ""
    text = " ".join(paragraph.text_content().split())
    if count_words(text) < _PARAGRAPH_WORDS:
        return ""
    linked = sum(len(link.text_content()) for link in paragraph.iter("a"))
    return text if linked < _LINKED_SHARE * len(text) else ""


def _inner(paragraph: HtmlElement) -> Iterator[HtmlElement]:
    inner = paragraph.iter(*_INNER_TAGS, "div")
    return (element for element in inner if element is not paragraph)


def _show(element: HtmlElement) -> None:
    """Remove the marks of an element; elements inside it keep theirs."""
    element.attrib.pop("hidden", None)
    element.attrib.pop("aria-hidden", None)
    if "style" in element.attrib:
        element.set("style", _HIDING_STYLE.sub("", element.get("style", "")))
    if element.tag in ("noscript", "template"):
        element.tag = "div"


def _place_streamed_parts(marked: Sequence[HtmlElement]) -> None:
    """Move the parts that React streams after the page to their templates.

    The template of the part `S:1` is `B:1` or `P:1`.
    """
    templates = {element.get("id"): element for element in marked if element.tag == "template"}
    for part in marked:
        kind, _, number = part.get("id", "").partition(":")
        template = templates.get(f"B:{number}", templates.get(f"P:{number}"))
        if kind == "S" and template is not None and part not in template.iterancestors():
            part.attrib.pop("hidden", None)
            template.addprevious(part)


def _open_shadow_trees(marked: Sequence[HtmlElement]) -> None:
    for element in marked:
        if element.tag == "template" and (
            "shadowrootmode" in element.attrib or "shadowroot" in element.attrib
        ):
            element.tag = "div"
