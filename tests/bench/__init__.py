"""Tests of the benchmarks: each runs at a tiny size, and two hot paths count their work."""
