"""What providers have in common, so that a provider's module only says what is its own."""
