"""Peers: other people's generators and servers. `make peers` installs them and runs these tests."""
