"""When garbage is collected. While modules load there is none, and looking for it takes a tenth of the start."""

import gc


def collect_later() -> None:
    """Collect none while the program loads. Whoever goes on for long says when it has."""
    gc.disable()


def collect_from_now() -> None:
    """The program is loaded: what there is by now stays, and is never looked at again; collect what comes.

    Does nothing where nobody put it off.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
