"""The language model behind one seam: runtimes, grammar, and how the served file is built."""
