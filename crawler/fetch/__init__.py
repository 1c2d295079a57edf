"""Fetch URLs politely and safely over HTTP.

    http_client       one exchange: ssrf_guard, http_connection, content_encoding
    fetcher           when and whether: robots_policy, politeness, redirects, retry, run_cache
    warc_archive      responses on disk: warc_records, erase_warc_records

HttpClient makes one exchange and does not decide when. Fetcher decides when, and sends nothing
itself.
"""
