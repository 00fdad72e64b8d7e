"""Learning from held-out interactions: how much each scorer counts, and what a score means as a probability."""
