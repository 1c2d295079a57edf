"""The formats in which sources answer: bytes in, one shape of feed out."""
