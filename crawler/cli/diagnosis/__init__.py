"""The checks of `hashtrail doctor`, one module per subject.

result          the value of a check
machine         Python, SQLite, locale, clock, disk, file owners, lock, optional packages
configuration   sources, secrets, topics, contact, URLs, target, version control
stored_data     database, archive, backups, erasures, remains of killed commands
publication     nights, site, explorer
"""
