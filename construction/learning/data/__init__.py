"""Examples: from CSV files and bundled data sets, as bits."""
