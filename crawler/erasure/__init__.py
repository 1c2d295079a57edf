"""Erasing authors and URLs from every file of a workspace on request, and verifying the erasure.

find     match_traces
places   storage_locations
preview  preview_erasure
erase    erase_database_text, erase_archive_records, erase_log_lines, erase_workspace
verify   verify_erased
"""
