"""Dates as people and programs write them: the one reader for feeds, pages, cards and imports."""
