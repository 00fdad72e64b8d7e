"""The conversation: a Session over an event log, what it understands, and how it words things."""

from kgrec.dialogue.log import EventLog, MemoryLog
from kgrec.dialogue.session import Session
from kgrec.dialogue.state import Chip, State

__all__ = ["Chip", "EventLog", "MemoryLog", "Session", "State"]
