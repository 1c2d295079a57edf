"""The crawl: steps over one database. Each step can run alone, be stopped and be repeated.

    collect_posts      poll sources, import files -> posts
    recheck_posts      recheck stored posts -> deletions, edits
    fetch_articles     due articles -> fetch, archive, extract -> articles, URL aliases, states
    annotate_pending   tag, classify, find entities, excerpt -> decisions -> rank and relate

`CrawlContext` holds what all steps share. One process writes the database. Code that may hang or
exhaust memory runs in child processes that can be killed.
"""
