"""The pages of the site: each module is one kind of page (see `crawler.sitegen.page_kinds`)."""
