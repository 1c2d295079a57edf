"""Targets: one module for each kind of place that a site is published to, found by name."""
