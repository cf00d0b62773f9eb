"""What the plant does, what waits and for what, in words: facts are read, then told; nothing is changed."""
