"""Questions and grievances: what people said, the cases it became, and the replies to them.

It may import library, contacts, staff, programmes, locales and storage. It calls no carrier: what
goes out is a row of the outbox, which names a text or an opening by value.
"""
