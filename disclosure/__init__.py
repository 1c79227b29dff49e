"""The guard before every number that leaves: tables, percentages and microdata. Pure.

Imports the standard library alone: no database, no clock, no randomness of its own.
"""
