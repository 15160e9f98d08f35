"""What time brings about: invitations lapse, visits end."""

from typing import Final

from services.chassis.timers import Timer
from services.exchanges.visits.commands.holding import end_due
from services.exchanges.visits.commands.inviting import lapse_due

TIMERS: Final = (
    Timer("let invitations lapse", 5, lapse_due),
    Timer("end visits", 5, end_due),
)
