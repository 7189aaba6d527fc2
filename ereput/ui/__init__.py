"""The screens: what is shown and how, never how it is computed."""
