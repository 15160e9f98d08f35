"""Exchange visits: from the plan to the last recorded minute."""
