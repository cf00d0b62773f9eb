"""What a provider does that no declaration can say: one module a source, small named functions.

A declaration names them by dotted path. Each docstring says why data would not do.
"""
