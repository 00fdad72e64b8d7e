"""Data collection, training, recommendation: what is done again and again to a data set, as steps to be scheduled.

Each step does what is missing and says so if nothing is; each is safe to be killed, and to be started while another one
runs. Events are collected by kgrec.ingest.events; here are training and the look at where everything stands.
"""

from kgrec.pipeline.fit import Fitted, fit_dataset, roll_back
from kgrec.pipeline.status import status

__all__ = ["Fitted", "fit_dataset", "roll_back", "status"]
