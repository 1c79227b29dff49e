"""Recorded messages and the categories they are heard under: source, review date, expiry.

It may import contacts, disclosure and what is below them.
"""
