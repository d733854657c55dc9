"""LINE's Messaging API: both api.line.me and api-data.line.me, under /v2."""
