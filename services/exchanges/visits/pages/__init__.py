"""The pages of visits: the schedule, one visit, every act on it, and the link without an account.

They ask the same commands and queries as the interface for programs; no rule lives here.
"""
