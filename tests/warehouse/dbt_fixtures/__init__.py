"""A small invented history that the dbt tests build on."""
