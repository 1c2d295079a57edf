"""The Content-Security-Policy of the site: as a header here, and as a meta element in pages.

https://www.w3.org/TR/CSP3/ defines the directives.
"""

from __future__ import annotations

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'"
)
EXPLORER_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval';"
    " worker-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""The policy of the explorer page and its worker, which compile WebAssembly."""

_EXPLORER_FOLDER = "/explore/"


def policy_of_path(path: str) -> str:
    """Return the policy of the file at the URL `path`, which begins with a slash."""
    return EXPLORER_POLICY if path.startswith(_EXPLORER_FOLDER) else CONTENT_SECURITY_POLICY
