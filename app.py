"""The web application: `streamlit run app.py`.

Streamlit recognises it by this literal `app = st.App(...)`, read without running the file: built by
a function it would go unseen, and `pages/` would be served without `ereput/ui/main.py`.
"""

import streamlit as st

from ereput.ui import mishap, server, signin

signin.guard_start()

app = st.App(
    server.MAIN,
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    on_script_error=mishap.told,
)
