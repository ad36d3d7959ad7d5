"""Sources and generator of the training examples."""
