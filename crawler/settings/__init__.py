"""The settings of a workspace: one module per section, with all facts about each key.

site, crawl, fetch, engine, archive, explorer, monitor, publish, semantic    the sections
all_settings         the sections together; add a new section there
meaning              what a key states about itself
setting_keys         the keys as a table: what pages, comments and messages are made of
read_settings        values from data/hashtrail.toml and the environment
effective_settings   the values in effect and where they come from
commented_settings   the text of a new data/hashtrail.toml
renamed_settings     former names of keys
toml_files           TOML in and out
url_forms            the forms of URLs that pages show
"""
