"""Hashtrail: follow posts under a hashtag to the articles they share, say what those are about and
why, and publish both.
"""

__version__ = "0.1.0"
