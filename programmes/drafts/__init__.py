"""A programme's next version while it is edited on pages: one draft for all who edit it.

Owns the draft, what an edit does to its content, what it changes in words, and who approved it.
What a draft becomes when it is published is a version like any other.
"""
