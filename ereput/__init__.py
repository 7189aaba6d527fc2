"""ereput: the e-reputation of French health professionals, followed on one machine."""

__version__ = "0.1.0"
