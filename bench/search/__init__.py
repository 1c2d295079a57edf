"""Benchmark of the search: index, transfer and time of queries, also of Pagefind."""
