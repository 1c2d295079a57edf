"""Import of posts from files: one module per format, recognized by content (protocol.py)."""
