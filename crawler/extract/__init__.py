"""Bytes to an Article: main text, and metadata with the source of each field."""
