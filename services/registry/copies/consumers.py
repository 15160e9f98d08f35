"""The registry's one consumer: sign-in and keys are decided on its own copy, as everywhere."""

from typing import Final

from services.chassis import staff
from services.chassis.consumer import Consumer

registry_consumer: Final = Consumer("registry")  # stored name

staff.follow(registry_consumer)
