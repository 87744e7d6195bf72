"""The Mogplex account: signing in through a browser, and what is fetched of it. No Textual here."""
