"""The composition root: settings, factory, error table, staff access and commands.

It may import everything; nothing imports it.
"""
