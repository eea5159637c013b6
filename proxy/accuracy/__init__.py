"""How far an answer may be from the source's: which statements it can be said of, the arithmetic, and the words.

What is known is the release's accuracy.json, made of noisy answers alone; nothing here reads a row that the statement does not. Refuses to
know sessions and the wire.
"""
