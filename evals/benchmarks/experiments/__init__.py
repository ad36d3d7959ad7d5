"""The benchmark of experiments: false alarms, power, past spend and sample ratios on resampled real orders."""
