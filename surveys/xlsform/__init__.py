"""Surveys as XLSForm, the spreadsheets of ODK and KoboToolbox: read, with what cannot be said by
telephone named by its cell, and written. Owns the form of the sheets; knows no database.

What XLSForm has no column for stands in ours, `rimay` (`codes=water,work bands=0,1,3`) and
`rimay_text_es` (what is written in a text), which other tools pass over.
"""
