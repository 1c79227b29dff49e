"""A small carrier and two phones in the browser, for demos, co-design and tests.

It answers Twilio's REST calls, signs and posts webhooks as Twilio does, executes TwiML, and rings
the phones of one page, and connects one with the other. Everything is in memory and belongs to one
web process. It imports no channel, no telephony and no dialogue: whatever it knows of Rimay it
learns over HTTP. It refuses to exist in production.
"""
