"""The terminal app, built on Session alone: it shows what the session says and tells it what the user does."""

from kgrec.progress import Progress
from kgrec.tui.app import KgrecApp
from kgrec.tui.conversation import OpenSession

__all__ = ["KgrecApp", "OpenSession", "Progress"]
