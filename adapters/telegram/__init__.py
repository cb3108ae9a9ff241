"""The Telegram surface: private chats, groups, forum topics, channels and inline queries."""
