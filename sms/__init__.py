"""The text channel: webhooks, what somebody wrote, turns as texts, and keywords."""
