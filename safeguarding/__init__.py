"""Reports of violence (DOMAIN 1.5): sealed to people, not to the program.

Owns the sealed reports, the public key that they are sealed to, and the designated people who alone
can open them, each with a passphrase that is kept nowhere. A report is no case: it has no code, no
queue, no clock and no search. May import staff, contacts, programmes, locales, storage.
"""
