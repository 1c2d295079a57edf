"""Tools of this repository that the wheel does not contain: generators of documentation."""
