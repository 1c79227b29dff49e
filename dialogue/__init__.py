"""A conversation, whatever the channel: engine (pure), scripts, effects, runner.

May import `surveys`, `grievances` and everything below them, and knows no channel and no carrier.
`words`, `conversation`, `hearing`, `engine` and the scripts import the standard library only.
"""
