"""The providers that the sandbox plays, one file each, written from their contract pages."""
