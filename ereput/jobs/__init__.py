"""The commands: the only place that writes."""
