"""Training data, training and evaluation of the tuned model."""
