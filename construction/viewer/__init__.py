"""The page that shows how a network becomes an algorithm: one HTML file, a widget, and pictures."""
