"""Every action of the cockpit, by name: the verbs, and the two doors that lead to one of them by its name."""

from mogplex_cli.actions.base import Action
from mogplex_cli.actions.choose import CHOOSE
from mogplex_cli.actions.submit import SUBMIT
from mogplex_cli.actions.verbs import VERBS

ACTIONS: dict[str, Action] = {**VERBS, "submit": SUBMIT, "choose": CHOOSE}
