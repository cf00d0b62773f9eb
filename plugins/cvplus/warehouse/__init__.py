"""The warehouse: connections, schema, loading batches."""
