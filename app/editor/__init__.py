"""The pages on which a programme is edited: a draft, what is wrong with it, a phone to hear it on,
two people's approval, and the step to callers."""
