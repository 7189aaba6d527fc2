"""The formats that ereput reads: one module a family, one literal registry.

Order matters: a file is read by the first format that recognises it; the general readers come last.
"""

from typing import Final

from ereput.ingest.formats import (
    apify,
    app_stores,
    facebook,
    feed,
    google,
    json_feed,
    opml,
    outscraper,
    records_any,
    scrapers,
    serpapi,
    shops,
    spreadsheet,
    suites,
    trustpilot,
)
from ereput.ingest.formats.base import Format

FORMATS: Final[dict[str, Format]] = {
    "opml": opml,
    "flux": feed,
    "json_feed": json_feed,
    "google": google,
    "outscraper": outscraper,
    "apify": apify,
    "serpapi": serpapi,
    "trustpilot": trustpilot,
    "facebook": facebook,
    "app_stores": app_stores,
    "judge_me": shops,
    "suites": suites,
    "scrapers": scrapers,
    "json": records_any,
    "tableur": spreadsheet,
}
