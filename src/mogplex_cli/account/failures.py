"""What can end a sign-in."""


class SignInFailed(Exception):
    """It came to nothing; the message says why in a few words, and a person can begin again."""


class PortsBusy(SignInFailed):
    """Nothing can listen for the browser's answer: a token can still be pasted."""
