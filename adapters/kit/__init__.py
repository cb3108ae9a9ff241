"""What the chat adapters share: inbound queues, retries, deadlines, circuit breaker. It knows no platform."""
