"""The guard before every number that leaves: pure, and shared by tables, charts and files."""
