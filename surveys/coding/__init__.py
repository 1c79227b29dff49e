"""Open answers coded by two people, blind to each other, against a frame; only codes leave.

Its tables are in `surveys.models`. What was said or written is deleted once its codes are settled.
"""
