"""The paper of a visit: what four parties sign, over one hash."""
