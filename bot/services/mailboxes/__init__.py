"""Papers by mail: nothing is sent to an address whose owner has not pressed a button, and one press ends it."""
