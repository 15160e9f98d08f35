"""What the copies cannot answer."""

from services.chassis.errors import Invalid


class ClusterNotMatchable(Invalid):
    """No such cluster is in the catalogue here, or not for this person."""

    code = "TLK-X060"
    title = "This cluster cannot be chosen"
