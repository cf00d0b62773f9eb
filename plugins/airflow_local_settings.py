"""Airflow imports this module at the start of each of its processes.

Task processes are forked from the scheduler, so what the scheduler has imported they have for free. The heavy
libraries cost seconds each to import, and a chain has a dozen tasks that need them. ``CVPLUS_PRELOAD`` names,
separated by commas, what to import; the runtime sets it for the scheduler alone.
"""

import importlib
import os

for module in filter(None, os.environ.get("CVPLUS_PRELOAD", "").split(",")):
    importlib.import_module(module)
