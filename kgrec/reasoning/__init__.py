"""Reasoning: what answers tell, what to ask next, and what to do when nothing is left."""
