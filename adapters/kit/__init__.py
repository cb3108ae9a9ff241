"""What the chat adapters share: inbound queues, retries, redraws, circuit breaker. It knows no platform."""
