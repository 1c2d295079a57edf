"""One file per promise of the project."""
