"""What is measured against the clock, against other libraries and against published numbers: one file each."""
