"""The panels of the cockpit, by id. To add one: a file beside these, a row here, and a selector in `connect.py`."""

from mogplex_cli.cockpit.panels.agents import Agents
from mogplex_cli.cockpit.panels.alerts import Alerts
from mogplex_cli.cockpit.panels.context import Context
from mogplex_cli.cockpit.panels.footer import Footer
from mogplex_cli.cockpit.panels.header import Header
from mogplex_cli.cockpit.panels.mcp import Mcp
from mogplex_cli.cockpit.panels.past import PastLine
from mogplex_cli.cockpit.panels.timeline import Timeline

PANELS = {
    "header": Header,
    "alerts": Alerts,
    "agents": Agents,
    "timeline": Timeline,
    "context": Context,
    "mcp": Mcp,
    "past": PastLine,
    "footer": Footer,
}
