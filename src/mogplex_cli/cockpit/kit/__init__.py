"""What panels, drawers and cells are made of: drawn lines, looks, words, glyphs, and two small clocks."""
