"""Pictures of the cockpit, taken of the real program in a real terminal, and the page that shows them."""
