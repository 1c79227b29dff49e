"""Approved answers: written once, approved by somebody else, spoken in each language, and offered
on the page of a case until they expire."""
