"""The command line: one verb, one call, one summary; a file per group of verbs."""
