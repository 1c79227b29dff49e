"""A programme as values and tables, and its reader. Deployments are data: `junin/` is the first.

May import `locales` and `storage`.
"""
