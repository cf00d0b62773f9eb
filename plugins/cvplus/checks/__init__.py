"""What the plant needs of the machine and of each server that the settings name, tried before any work."""
