"""The words of the trade: plain frozen values, no clock, no I/O, no pandas."""
