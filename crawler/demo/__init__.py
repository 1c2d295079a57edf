"""The demo: a fictional network on loopback, and the nightly runs that collect it."""
