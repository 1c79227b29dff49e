"""What the pilot measures itself by: who takes part, who comes back, and to what.

An engagement is a conversation in which somebody did something, noted when it is over: its day and
its tools, and a name for whoever it was that lasts a year. May import `contacts`, `disclosure`,
`staff`, `programmes`, `locales` and `storage`.
"""
