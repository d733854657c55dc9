"""A LINE platform on one's own machine: a chat page, signed webhooks, and LINE's API with LINE's rules.

It runs as its own process, keeps everything in memory and serves any LINE bot. Never part of production.
"""
