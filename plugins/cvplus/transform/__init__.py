"""dbt as the plant runs it: one process a layer, each node's outcome told as it happens."""
