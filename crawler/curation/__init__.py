"""The curator's word over the machine's, and the public log of it."""
