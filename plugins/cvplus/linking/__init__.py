"""Linkers: which tellings are of one job, which of one company, how surely, and since when that was known."""
