"""Why finitely many patterns are enough: scenes, and their induction over the layers."""
