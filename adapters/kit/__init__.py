"""What the chat adapters share, independent of any platform: inbound queues, retry policy, circuit breaker,
heartbeat, coalesced redraws, de-duplication, rate limiter, languages of chats, HTTP server.
"""
