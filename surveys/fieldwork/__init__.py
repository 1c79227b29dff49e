"""A round in the field: whom it asks by itself, when, how often, and what came of every line.

Who is called is drawn line by line; what she answers lives with the round, and nothing here leads
to it. How often a line may be contacted belongs to `outreach`.
"""
