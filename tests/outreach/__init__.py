"""Contacts that we start."""
