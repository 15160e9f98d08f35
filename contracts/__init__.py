"""The published language of Talka: what services promise each other and everybody else."""
