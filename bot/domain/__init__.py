"""Domain model: papers, digests, subscriptions, deliveries, schedules and text. Imports only the standard library."""
