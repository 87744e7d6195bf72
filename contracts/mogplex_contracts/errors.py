"""What can be wrong with a line of the wire."""


class InvalidLine(ValueError):
    """A line that is not a valid event or command. The message names the field and what is wrong with it."""


class LocalProtocolError(RuntimeError):
    """This side tried something the protocol does not allow: a bug of ours."""


class RemoteProtocolError(RuntimeError):
    """The other side did something the protocol does not allow: a bug, or a version, of theirs."""
