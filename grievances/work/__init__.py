"""The work view: what somebody who answers cases does next, and by when."""
