"""How fast a turn is beside a bare endpoint that does the same durable work."""
