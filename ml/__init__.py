"""Learning and scoring: pure functions over frames at the core, warehouse and MLflow at the edge."""
