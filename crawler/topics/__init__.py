"""Taxonomy, matching, scoring, evidence, learning, measuring."""
