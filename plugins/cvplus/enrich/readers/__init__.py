"""Readers: what a text says, as a value with a confidence, or as null with a reason.

One module a kind of reading; ``registry`` lists them. Of postings free text is parsed nowhere else; names and
places of companies are still parsed in SQL (``dbt_project/macros/staging``).
"""
