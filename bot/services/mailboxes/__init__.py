"""Subscriptions by mail: double opt-in, signed links, bounces and complaints."""
