"""Text with a second form for screen readers: the form that a page shows is read.

WAI-ARIA 1.2: https://www.w3.org/TR/wai-aria-1.2/#aria-hidden
"""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.extract.heading_markup import HEADINGS
from crawler.extract.unread_labels import names_unread
from crawler.text_cleaning import count_words

_MOST_ELEMENTS = 300
_MOST_WORDS = 200
_LEAST_WORDS = 2


def show_texts_with_labels(root: HtmlElement) -> None:
    """Show the `aria-hidden` texts of the tree `root` next to a text for screen readers.

    A heading with one element for each letter gets the text for screen readers instead.
    """
    for element in root.xpath("//body//*[@aria-hidden='true']")[:_MOST_ELEMENTS]:
        heading = next(element.iterancestors(*HEADINGS), None)
        if heading is not None:
            _show_heading(heading)
        elif _label_beside(element) is not None and _may_be_text(element):
            del element.attrib["aria-hidden"]


def _show_heading(heading: HtmlElement) -> None:
    hidden = heading.xpath(".//*[@aria-hidden='true']")
    labels = [_label_beside(element) for element in hidden]
    label = next((label for label in labels if label is not None), None)
    if label is not None:
        if count_words(label.text_content()) >= _LEAST_WORDS:
            label.attrib.pop("class", None)
    elif heading.get("aria-label") and not _text_outside(heading, hidden):
        heading[:] = []
        heading.text = heading.get("aria-label")


def _text_outside(heading: HtmlElement, hidden: list[HtmlElement]) -> bool:
    """Return whether a `heading` has text outside of its `hidden` elements."""
    inside = sum(len("".join(element.itertext()).strip()) for element in hidden)
    return len("".join(heading.itertext()).strip()) > inside


def _label_beside(element: HtmlElement) -> HtmlElement | None:
    """Return the text for screen readers before or after an `element`, or None."""
    siblings = (element.getprevious(), element.getnext())
    labels = (label for label in siblings if label is not None)
    return next((label for label in labels if names_unread(label.get("class", ""))), None)


def _may_be_text(element: HtmlElement) -> bool:
    return _LEAST_WORDS <= count_words(element.text_content()) <= _MOST_WORDS
