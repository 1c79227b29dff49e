"""Recorded messages and prompts: which sound a caller hears for a key, and in which language.

May import `contacts`, `disclosure`, `staff`, `programmes`, `locales` and `storage`.
"""
