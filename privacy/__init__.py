"""What people are owed about what is kept of them, and who watches that they get it.

The trail of who read what, requests to see, correct or delete, what is kept for how long and what
has been deleted, breaches and their 48 hours, and the inventory of processing. May import every
subject; only `app` imports it.
"""
