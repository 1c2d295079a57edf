"""Benchmark of the search: build, transfer and time of queries, also of Pagefind."""
