"""One state, changed only by reducing events; everyone else reads it through selectors."""
