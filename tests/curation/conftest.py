"""Databases that the tests of the curator's decisions share with those of the store."""

from tests.store.conftest import db, full

__all__ = ["db", "full"]
