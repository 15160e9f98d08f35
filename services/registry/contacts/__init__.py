"""People and staff as back offices state them: by declaration, by page, over HTTP."""
