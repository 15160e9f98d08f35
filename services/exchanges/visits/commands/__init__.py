"""What may be asked of a visit: planning, inviting, signing, moving, holding, calling off.

Each act loads and locks the visit, asks who is acting, lets the aggregate decide, and records
what it states.
"""
