"""The product's exports: read, checked, split from personal data, measured, and landed in the lake."""
