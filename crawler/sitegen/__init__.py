"""The static site: reads the public snapshot and writes a folder of pages.

    snapshot_reader, note_reader    the snapshot as values
    article_store, article_lists, site_model
                                    articles when they are used, and lists of their ids
    page_kinds, pages, list_pages   one module per kind of page: a group for each subject
    template_renderer, display_text templates, labels and formats of the pages
    article_details, article_posts  the details of one article, and the posts that share it
    conversation, words_of_posts    the posts without the title and the URL of the article
    topic_explanations, url_reasons
                                    evidence of topics, and of the identity of URLs
    article_versions                JSON and Markdown of an article
    contact_links                   prepared messages to the curator
    counter_labels                  the counters of the status page in words
    indexability, linked_data       noindex and JSON-LD
    run_status, day_strip, status_json, pagination, topic_cooccurrence
                                    data that several kinds of pages share
    site_feeds, json_and_markdown, search_index, sitemap, host_files
                                    the same lists for programs
    authored_pages, redirects       pages written by hand, and former URLs
    documentation, markdown_pages   the documentation as pages, if the settings ask for it
    site_rules, changed_keys        what differs from the published site, and so is made again
    site_trees, site_manifest, output_directory
                                    two trees of files, and a row for each file
    site_validation, failed_pages, publish_gates, site_files, build_site
                                    a new tree, checked, then published by one link

Nothing here reads a clock: the same snapshot gives the same bytes.
"""
