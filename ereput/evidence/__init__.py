"""Sealed files and the hash-chained journal."""
