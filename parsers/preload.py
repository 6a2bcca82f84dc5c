"""What every process that reads begins with: loaded once, in the process from which they are forked."""

from __future__ import annotations

import gc

import parsers.read
import parsers.workers  # noqa: F401  with the pool's own part
from parsers.forms import load_forms
from parsers.phrases import phrases

load_forms()
phrases()
gc.collect()
gc.freeze()  # what is here stays: no process that reads need look through it for garbage
