"""Languages as data: what they are called, fall back to, sound like and cost in a text message.

It owns the prompt catalogues (`<tag>/LC_MESSAGES/prompts.po`), the language facts
(`<tag>/language.yaml`), keywords, GSM-7 segments, digit clips and draft speech. A new language is
a new folder, no code. It may import `storage` and nothing else of ours.
"""
