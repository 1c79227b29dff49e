"""A release: results of a round that has ended, frozen, signed, and approved by somebody else.

Everything in it is made from the last snapshot, which the guard let through. Each file format has
a module of its own; `contents` is what they share, `archive` puts them together.
"""
