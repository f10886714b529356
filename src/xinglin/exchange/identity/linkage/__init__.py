"""Batch linkage by Splink: files or invented records in, pairs and clusters out. Free of Django.

The Chinese profile compares the columns of `rules.records` with the levels of `rules.evidence` and the same trained
weights that judge each arriving record; the plain profile trains itself on whatever columns a file has.
"""
