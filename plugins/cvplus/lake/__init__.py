"""The lake: immutable batches of gzip JSON lines with their manifests, on a folder or on S3."""
