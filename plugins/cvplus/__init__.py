"""The plant behind the DAGs: a folder a concern, each usable without Airflow."""
