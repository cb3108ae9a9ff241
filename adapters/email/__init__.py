"""The e-mail adapter: digests by SMTP, with one-click unsubscribe links."""
