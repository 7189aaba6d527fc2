"""What goes wrong in a way that the user can understand."""


class RefusedError(Exception):
    """Nothing was changed; the message is one clear French sentence for the user."""
