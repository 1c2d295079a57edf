"""One file per file format: bytes in, posts out."""
