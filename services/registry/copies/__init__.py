"""What the registry needs to know of facts: it follows its own staff like everybody else."""
