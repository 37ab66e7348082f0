"""Wrong networks with certificates made for them: what ``rcnn verify`` once accepted, or could."""
