"""Erasing what somebody asked us to forget in every place that holds it, and proving that it is
gone.

find     traces
places   places
erase    tables, segments, lines
prove    search
"""
