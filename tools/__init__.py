"""The analyses a campaign rests on: one file a tool, over one store as of a date."""
