"""Readers: what a text says, as a value with a confidence, or as null with a reason.

One module a kind of reading; ``registry`` lists them. Free text is parsed nowhere else.
"""
