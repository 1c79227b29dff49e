"""The interpreter's desk: what people said in a language that case managers do not read, written
down and put into Spanish by somebody who does not know whose words they are.
"""
