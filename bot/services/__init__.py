"""The services: use cases over storage, sources and search."""
