"""The vocabulary, the film domain and the film facts that ship with kgrec."""
