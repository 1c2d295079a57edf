"""Formulas as a line of text: MathML, and the TeX of scripts and images.

MathML Core: https://www.w3.org/TR/mathml-core/
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml.html import HtmlElement

_LEFT_OUT = frozenset(("annotation", "annotation-xml", "mphantom", "mspace", "maligngroup"))
_INVISIBLE_OPERATORS = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_SIMPLE = re.compile(r"[\w∞]+|[-+−][\w∞]+|.")
_BRACKETED = re.compile(r"\([^()]*\)")
_MATH_IMAGE = re.compile(r"\b(?:latex|mathtex|math-inline|math|tex)\b", re.IGNORECASE)
_DISPLAY_STYLE = re.compile(r"^\{\\displaystyle\s*(.*)\}$", re.DOTALL)
_DRAWN = frozenset(("MathJax", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display"))
_LONGEST = 500


def show_formula_scripts(root: HtmlElement) -> None:
    """Make the TeX in the scripts of MathJax 2 a part of the text of the tree `root`.

    A formula that was drawn before the page was stored has its own element instead:
    https://docs.mathjax.org/en/v2.7-latest/advanced/model.html
    """
    for script in root.iter("script"):
        if script.get("type", "").startswith("math/tex"):
            drawn = script.getprevious()
            if drawn is None or drawn.get("class") not in _DRAWN:
                script.tag = "span"
                script.attrib.clear()


def formula_text(math: HtmlElement) -> str:
    """Return the text of a `math` element on one line, such as `x^2 ≤ n/2`."""
    return " ".join(_text_of(math).translate(_INVISIBLE_OPERATORS).split())


def image_formula(image: HtmlElement) -> str:
    """Return the TeX of the `img` element `image` if it shows a formula, or ""."""
    alternative = image.get("alt")
    if not alternative or not _MATH_IMAGE.search(image.get("class", "")[:_LONGEST]):
        return ""
    tex = _DISPLAY_STYLE.sub(r"\1", alternative[:_LONGEST].strip())
    return " ".join(tex.split())


def _text_of(element: HtmlElement) -> str:
    tag = element.tag
    if tag in _LEFT_OUT:
        return ""
    build = _BUILDERS.get(tag)
    if build is not None:
        return build([_text_of(child) for child in element])
    if tag == "mtext":
        return str(element.text_content())
    inner = "".join(_text_of(child) + (child.tail or "") for child in element)
    return (element.text or "") + inner if len(element) else (element.text or "").strip()


def _grouped(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) or _BRACKETED.fullmatch(text) else f"({text})"


def _scripts(*marks: str) -> Callable[[list[str]], str]:
    """Return a function that joins a base and its scripts with `marks`."""

    def join(parts: list[str]) -> str:
        base, *scripts = parts or [""]
        pairs = zip(marks, scripts, strict=False)
        return base + "".join(
            f"{mark}{_grouped(script)}" for mark, script in pairs if script.strip()
        )

    return join


def _fraction(parts: list[str]) -> str:
    return "/".join(map(_grouped, parts))


def _root(parts: list[str]) -> str:
    return f"√{_grouped(''.join(parts[:1]))}"


def _rows(parts: list[str]) -> str:
    return "; ".join(parts)


def _cells(parts: list[str]) -> str:
    return " ".join(part.strip() for part in parts)


_BUILDERS: dict[str, Callable[[list[str]], str]] = {
    "mfrac": _fraction,
    "mover": _scripts(""),
    "mroot": _root,
    "msqrt": lambda parts: f"√{_grouped(''.join(parts))}",
    "msub": _scripts("_"),
    "msubsup": _scripts("_", "^"),
    "msup": _scripts("^"),
    "mtable": _rows,
    "mtr": _cells,
    "munder": _scripts("_"),
    "munderover": _scripts("_", "^"),
}
