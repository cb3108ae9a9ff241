"""The domain: papers, digests, subscriptions, deliveries, schedules and text. It imports only the standard library."""
