"""Run migrations in one transaction, with foreign keys off on SQLite.

Measured: on SQLite, rebuilding a parent table with foreign keys on empties its children; so they are
off before the transaction begins, and checked before it is committed.
"""

from alembic import context

from ereput.store.engine import Store
from ereput.store.schema import metadata

store: Store = context.config.attributes["store"]
with store.engine.connect().execution_options(ereput_write=True) as connection:
    driver = connection.connection.driver_connection
    if store.is_sqlite and driver is not None:
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            if not store.is_sqlite:
                # Two processes that start at once migrate one after the other.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(705231)")
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
            context.run_migrations()
            if store.is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration would leave {len(broken)} dangling rows")
    finally:
        if store.is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys = ON")
