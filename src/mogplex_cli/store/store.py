"""The store: holds the one state, reduces batches of events into it, and tells subscribers what changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mogplex_cli.store.state import CockpitState

if TYPE_CHECKING:
    from mogplex_cli.store.ui_events import UiEvent
    from mogplex_contracts.events import Event

Selected = TypeVar("Selected")
Selector = Callable[[CockpitState], Selected]


@dataclass(eq=False)
class _Subscription:
    selector: Selector[Any]
    callback: Callable[[Any], None]
    value: Any
    active: bool = True


class Store:
    """Not for several threads: apply and subscribe from the one that runs the event loop."""

    def __init__(self, state: CockpitState | None = None) -> None:
        self._state = state or CockpitState()
        self._subscriptions: list[_Subscription] = []
        self._notifying = False

    @property
    def state(self) -> CockpitState:
        """The state now."""
        return self._state

    def subscribe(
        self, selector: Selector[Selected], callback: Callable[[Selected], None]
    ) -> Callable[[], None]:
        """Call back with the selected value now, and whenever it has changed. Returns how to stop that."""
        subscription = _Subscription(selector, callback, selector(self._state))
        self._subscriptions.append(subscription)
        callback(subscription.value)

        def unsubscribe() -> None:
            subscription.active = False
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)

        return unsubscribe

    def apply(self, events: "Iterable[Event | UiEvent]") -> None:
        """Reduce a batch, then notify once. Events applied by a callback join the same notification."""
        self.reduce(events)
        self.notify()

    def reduce(self, events: "Iterable[Event | UiEvent]") -> None:
        """Reduce a batch and tell nobody: whoever calls this notifies later."""
        # A first picture is of a state in which nothing has happened yet: it goes without the reducers.
        from mogplex_cli.store.reduce import reduce

        for event in events:
            self._state = reduce(self._state, event)

    def notify(self) -> None:
        """Tell subscribers what has changed since they were last told."""
        if self._notifying:
            return
        self._notifying = True
        try:
            self._notify()
        finally:
            self._notifying = False

    def _notify(self) -> None:
        """Until nobody's value changes any more, because a callback may have applied further events."""
        changed = True
        while changed:
            changed = False
            for subscription in tuple(self._subscriptions):
                value = subscription.selector(self._state)
                if subscription.active and value is not subscription.value and value != subscription.value:
                    subscription.value = value
                    changed = True
                    subscription.callback(value)
