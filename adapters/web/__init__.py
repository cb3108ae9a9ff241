"""The web adapter: a site with lists, papers and feeds, and a chat in the browser."""
