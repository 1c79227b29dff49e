"""News to many: what it says, to whom, when it goes out, and who heard it.

A broadcast is planned once, line by line; while it runs, what may go out now is put into the
outbox little by little, and looked at once more at the moment of sending. How often a line may be
contacted belongs to `outreach`. May import whatever is below the channels and `dialogue`.
"""
