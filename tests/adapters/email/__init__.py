"""The e-mail surface against a real mail server on 127.0.0.1."""
