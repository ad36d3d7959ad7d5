"""Reading a shop's files: text in any usual dress, numbers and dates as people write them, damage row by row."""
