"""Marks inside a text that are not letters: superscripts, subscripts, notes and anchors."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_NOTE_FRAGMENT = re.compile(
    r"#(?:_?(?:fn|ftn|ed[n])|cite_?note|cite|endnote|foot-?note|note|ref|sdfootnote|sidenote|sn)",
    re.IGNORECASE,
)
_NOTE_NAME = re.compile(
    r"cite_ref|cite-bracket|\bfn-?ref|foot-?note|note-?ref|noteref|\breference\b|side-?note",
    re.IGNORECASE,
)
_NOTE_TEXT = re.compile(r"\[[^\]]{0,24}\]|[*†‡§¶‖#]{1,3}|\(?\d{1,3}\)?|[a-z]")
_BACK_LINK = re.compile(r"[↩↑⏎^\ufe0e\ufe0f\s]+")
_ANCHOR_TEXT = re.compile(r"[#¶§🔗∞⚓\u200b\ufe0f\s]+|\[?(?:permalink|link)\]?", re.IGNORECASE)
_EDIT_LINK = re.compile(
    r"[\[(（]\s*(?:edit|edit source|bearbeiten|modifier|editar|править|編集|编辑)\s*[\])）]"
)
_ANCHOR_LABEL = re.compile(r"^(?:copy |direct )?(?:perma)?link to\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|ère|re|ème|e|o|a|os|as)\.?", re.IGNORECASE)
_TRADEMARKS = {
    "TM": "™", "(TM)": "™", "SM": "℠", "R": "®", "(R)": "®", "®": "®", "™": "™", "©": "©", "℠": "℠",
}  # fmt: skip
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_ELEMENT_BEFORE = re.compile(r"(?:^|[^a-z])(?:[A-Z][a-z]?|\))$")
_SIMPLE_EXPONENT = re.compile(r"[-+−–]?\w+|[*†′'+-]+")
_UNITS = frozenset(("cm", "dm", "ft", "in", "km", "mm", "nm", "um", "μm", "yd", "sec"))
_TAIL_CHARACTERS = 40
_LONG_TEXT = 40


def script_text(element: HtmlElement, before: str) -> str:
    """Return the text for a `sup` or `sub` element that follows the text `before`.

    `10<sup>9</sup>` becomes `10^9`, and `H<sub>2</sub>O` becomes `H2O`. The number of a note
    becomes `[1]`.
    """
    text = " ".join(element.text_content().split())
    if not text or len(text) > _LONG_TEXT:
        return f" {text} " if text else ""
    before = before[-_TAIL_CHARACTERS:]
    if element.tag == "sub":
        return _subscript(text, before)
    if _is_note(element, text, before):
        return bracketed_note(text)
    return _superscript(text, before)


def bracketed_note(text: str) -> str:
    """Return the `text` of a note in brackets, so that it does not join the word before it."""
    return text if text.startswith(("[", "(", "*", "†", "‡", "§")) else f"[{text}]"


def _superscript(text: str, before: str) -> str:
    if text in _TRADEMARKS:
        return _TRADEMARKS[text]
    last = before[-1:]
    if (last.isdigit() and _ORDINAL.fullmatch(text)) or not (
        last.isalnum() or last in tuple(")]}")
    ):
        return text
    return f"^{_grouped(text)}"


def _subscript(text: str, before: str) -> str:
    if text.isdigit() and _ELEMENT_BEFORE.search(before):
        return text
    return f"_{_grouped(text)}" if _ends_operand(before[-1:]) else text


def _ends_operand(character: str) -> bool:
    return character.isalnum() or character in tuple(")]}")


def _grouped(text: str) -> str:
    return text if _SIMPLE_EXPONENT.fullmatch(text) else f"({text.strip('()')})"


def _is_note(element: HtmlElement, text: str, before: str) -> bool:
    """Return whether a superscript `text` refers to a note."""
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    if _NOTE_NAME.search(names[:500]):
        return True
    if not _NOTE_TEXT.fullmatch(text.replace(",", "")) and not _is_list_of_notes(text):
        return False
    if next(element.iter("a"), None) is not None or _parent_is_link(element):
        return True
    if text[0] in "[*†‡§¶‖#(":
        return True
    return text[0].isdigit() and _follows_word(before)


def _is_list_of_notes(text: str) -> bool:
    return all(map(_NOTE_TEXT.fullmatch, re.split(r"[\s,;–-]+", text)))


def _parent_is_link(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "a" and "#" in parent.get("href", "")


def _follows_word(before: str) -> bool:
    """Return whether a number after this text is the number of a note and not an exponent.

    An exponent follows a number, a bracket, a name of one or two letters, or a unit.
    """
    if before[-1:] in tuple(".,;:!?\"'”’»"):
        return True
    word = _WORD_BEFORE.search(before)
    return word is not None and len(word[0]) > 2 and word[0] not in _UNITS


def is_mark_link(link: HtmlElement, href: str) -> bool:
    """Return whether a `link` is a mark: the anchor of a heading, or a way back from a note.

    `href` is its target.
    """
    if "#" not in href and "action=edit" not in href:
        return False
    text = " ".join(link.text_content().split())
    if len(text) > _LONG_TEXT:
        return False
    patterns = (_ANCHOR_TEXT, _BACK_LINK, _EDIT_LINK)
    is_mark = any(pattern.fullmatch(text) for pattern in patterns)
    return is_mark or _ANCHOR_LABEL.match(text) is not None


def note_of_link(link: HtmlElement, href: str, before: str) -> str:
    """Return the bracketed number of the note that a `link` without `sup` refers to, or "".

    `href` is its target, and `before` the text before it.
    """
    if "#" not in href or len(link) or not before[-1:].isalnum():
        return ""
    text = (link.text or "").strip()
    if not _NOTE_TEXT.fullmatch(text):
        return ""
    return bracketed_note(text) if _NOTE_FRAGMENT.search(href) else ""
