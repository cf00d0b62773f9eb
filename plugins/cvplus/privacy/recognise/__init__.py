"""Finding personal words in text that must stay readable: numbers of people, ways to reach them, names."""
