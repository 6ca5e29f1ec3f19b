"""The samples, one module a group of contents."""
