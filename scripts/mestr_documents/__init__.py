"""Tables and cards of this repository's documents, from results of mestr."""
