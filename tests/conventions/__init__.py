"""Conventions of the repository: prose, names, documentation. Each check prints file:line."""
