"""People whom visits know, for the back office that has them erased (D-02, D-04)."""
