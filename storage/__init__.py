"""The floor: database, outbox, recordings, queues, media files and encryption.

It imports nothing of ours; everything above may import it.
"""
