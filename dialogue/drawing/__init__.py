"""A programme drawn: its whole map, for a screen and for a table in a co-design meeting.

Owns what stands in each box (`cards`), where it stands (`layout`), the picture (`svg`) and the
printed sheets (`sheets`). Made from the explored graph; no system package, font or network.
"""
