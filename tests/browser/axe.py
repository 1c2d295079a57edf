"""The violations that axe-core finds on a page (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# The whole result, with everything that the rules examined, would be slow to transfer.
_RUN = """axe.run({ resultTypes: ["violations"] }).then(results => results.violations.map(
  violation => [violation.id, violation.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]
))"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return the rules that a page violates, each with the first elements."""
    page.evaluate(AXE_SCRIPT)
    return [(rule, elements) for rule, elements in page.evaluate(_RUN)]
