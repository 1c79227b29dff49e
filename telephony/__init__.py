"""What both channels need of a carrier: signatures, gateways, dispatch of the outbox, statuses.

It knows neither channel, and no script.
"""
