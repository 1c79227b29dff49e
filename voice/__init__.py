"""The phone channel: webhooks, what a caller did, turns as TwiML, prompt audio and calls out."""
