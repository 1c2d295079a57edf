"""The Datasette explorer of the public snapshot: metadata, named queries, limits, workers."""
