"""What leaves the machine because the user set it up: mail and other channels."""
