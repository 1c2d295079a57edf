"""The nightly job: one package for the commands that change stored data or the site.

run_command           lock, steps in order, record of the run
crawl_step            crawl the sources, or tag the stored texts again
backup_step           check of the new backup, once in seven days
publish_step          public snapshot, then the site
unapplied_decisions   message of a build about edited decisions
measure_machine       state of the machine, for the status page
notify_step           messages about incidents, and the ping after a good night
run_report            command, options and report of a run; the run in progress
run_counts            the numbers that a run records
forget_subject        erase an author, a post or an article, then publish again
"""
