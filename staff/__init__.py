"""Who works here: accounts, roles, the audit trail, and the frame of every staff page.

It may import programmes, locales and storage. A page in any package above extends
`staff/base.html`, and `app` declares who may open it where its blueprint is registered
(`staff.web.protect`): what is not declared is refused.
"""
