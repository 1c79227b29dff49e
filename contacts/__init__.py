"""Phone lines in a vault and the people on them: language, PIN, consent, opt-out.

May import `staff`, `programmes`, `locales` and `storage`. Nobody above reads a number except
through `contacts.queries.number_of`.
"""
