"""Derived knowledge: kinds, excerpts, entities, figures, stories, related articles, rank."""
