"""Every contact that we start: in which hours, how often on one line, and what came of it.

A shared phone rings for everybody on it: caps are per line. May import `contacts`, `disclosure`,
`staff`, `programmes`, `locales` and `storage`.
"""
