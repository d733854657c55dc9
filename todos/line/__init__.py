"""How LINE talks: the only code that knows signatures, webhook events, the API client and its limits."""
