"""What others state, as far as messages need it: people, clusters, visits and who is asked."""
