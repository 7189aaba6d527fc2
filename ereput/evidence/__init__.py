"""Sealed files and the hash-chained journal of cases.

- `journal`: append to a case's chain, read it back; no personal text in the links.
- `casefile`: what a journal says: the state of the case, its exhibits, its drafts.
- `kinds` and `vault`: which files are accepted, and where they are kept byte for byte.
- `verifier`: the one check of a chain and its files; it runs alone, with Python only.
- `check` runs it on the store, `bundle` puts it in an export.
"""
