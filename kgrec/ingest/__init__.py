"""Ways in for data: tables, MovieLens, RDF and pandas frames become triples and interactions."""
