"""The national associations: tenants of everything else."""
