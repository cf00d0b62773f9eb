"""What runs on this machine: embedded Postgres, Airflow, the sandbox, and the commands of the Makefile."""
