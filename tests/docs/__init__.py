"""Tests of the documentation: generated pages are current, and names in it exist."""
