"""The Telegram adapter: private chats, groups, forum topics, channels and inline queries."""
