"""The HTTP API and the chat page, served by one process."""
