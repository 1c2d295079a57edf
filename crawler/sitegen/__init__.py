"""The static site: pages, feeds, search index, writer."""
