"""Local rules: the form that every program takes."""
