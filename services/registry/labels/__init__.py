"""Quality labels of clusters: what each holds, from when until when, and what came before."""
