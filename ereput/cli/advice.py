"""Commands on signals and next steps: survey, alerts, detect, score, route, deadline."""

from ereput.cli.frame import AddCommand


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
