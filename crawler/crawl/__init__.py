"""The crawl: steps over one database, each runnable alone, each safe to stop and to repeat.

    collect      ask sources, read files        | keep posts
    recheck      ask again for kept posts       | deletions, edits
    read         links to articles | due pages  | fetch, archive, extract | keep articles, aliases,
    states
    understand   tag | kinds, entities, excerpt | join copies and stories, relate, rank | the
    curator's word

`night` holds what all of them work with. One process writes the database; whatever can hang or burn
runs in child processes that can be killed.
"""
