"""Questionnaires, rounds, responses and what is published of them.

A response has no path back to a line. May import `library`, `contacts`, `disclosure`, `staff`,
`programmes`, `locales` and `storage`.
"""
