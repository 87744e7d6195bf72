"""The user's own Claude Code, driven over its stream-json control protocol. No SDK is used.

`harness.py` sees a run through, `session.py` is one `claude` process, `translate.py` makes events of what it says, and
`permission.py` answers what it asks.
"""
