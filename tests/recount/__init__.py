"""The figures of the marts counted again in plain Python, row by row, from raw and the plant's own tables.

Written for its own sake, loop by loop, and slow. It shares nothing with the SQL of the marts but the
definitions in ``docs/warehouse.md`` and ``docs/questions.md``; what it takes from a table of dbt's says so. A
finished run is counted again by ``tests/e2e/check_run.py``, a small history by
``tests/warehouse/test_recounted.py``.
"""
