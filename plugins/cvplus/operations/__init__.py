"""Running the plant: what its tasks do, what they cost, how fresh its data is, what went wrong."""
