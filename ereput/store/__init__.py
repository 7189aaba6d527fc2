"""All SQL: the tables, their migrations, and one module an aggregate.

Every read takes a `Viewer`; there is no read without one. Writes are called by `ereput.jobs` only.
"""

from ereput.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
