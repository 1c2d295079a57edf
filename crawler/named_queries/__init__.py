"""Named queries over the public snapshot: their files, parameters and results."""
