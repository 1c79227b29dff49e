"""Who takes calls now: work phones, who is on duty, and the calls that were put through.

Of a call that was put through only who took it, when and how long it lasted is kept: neither what
was said nor who called. May import `contacts`, `staff`, `programmes`, `locales` and `storage`.
"""
