"""Tools of this repository that the wheel does not contain: generators and checks of texts."""
