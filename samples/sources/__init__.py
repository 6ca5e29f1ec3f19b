"""Sources of the samples: contents, producers, and the goldens derived from the contents."""
