"""A labour market to run against: product exports on disk and the providers' APIs over HTTP.

Imports nothing of the pipeline and is imported by nothing of it: the two meet only at the contracts.
"""
