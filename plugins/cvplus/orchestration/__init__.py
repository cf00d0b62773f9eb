"""What the DAG files share: assets, defaults, and the tasks that call the plant. Imports stay light."""
