"""The static site: the public snapshot in, a folder of pages out.

    reading   snapshot -> values          model   values -> lists, weeks, neighbours
    front topics articles notes sources authors weeks fixed    lists -> pages, through `renderer`
    (Jinja2) and `words`
    feeds twins search sitemap                                 the same lists for machines
    details shares health paging charts together               what several of those need
    forwards                                                   old addresses -> new ones
    tree check gates build                                     files -> a new tree beside the old
    one, checked, swapped in by one rename

Nothing here reads a clock: the same snapshot gives the same bytes.
"""
