"""A programme seen by machine: every path a caller can take, what is wrong with it, and where.

Owns the walk over the scripts by replay (`walk`), the graph of questions that comes of it
(`graph`), how long things take to say (`lengths`), and the rules a programme is held to (`lint`).
Pure but for the sounds that `lengths` measures; nothing here knows Flask or a database.
"""
