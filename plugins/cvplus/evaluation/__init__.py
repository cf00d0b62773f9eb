"""Figures of quality: how good readers and models are, each with its data, size and interval."""
