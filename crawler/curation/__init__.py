"""Decisions of the curator: reading, applying and logging them, and the review queue."""
