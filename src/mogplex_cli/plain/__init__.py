"""`mogplex --plain`: the cockpit as lines that are only ever added, for screen readers and logs. No Textual here."""
