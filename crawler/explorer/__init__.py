"""Datasette over the snapshot: metadata, named questions, the plugin that bounds it."""
