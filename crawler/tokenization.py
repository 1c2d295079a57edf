"""Regular expressions that split text into words, shared by all packages."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+")
"""A run of letters, digits and underscores (Unicode)."""

ALPHANUMERIC = re.compile(r"[^\W_]+")
"""A run of letters and digits (Unicode), so that an underscore separates two words."""
