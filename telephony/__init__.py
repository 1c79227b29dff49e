"""What both channels need of a carrier: signatures, the gateway, dispatch of the outbox, statuses.

The only place that knows the carrier's client. May import `surveys`, `grievances` and below.
"""
