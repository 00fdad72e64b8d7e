"""Evaluation: simulated people talk to the Session that real people use, and what they get out of it is measured."""
