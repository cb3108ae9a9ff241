"""Archives of past lists and votes, so that a new store need not begin with nothing.

Two files: papers as JSON lines (`papers.jsonl`), and what was seen of them over time as a table
(`paper_id,observed_at,upvotes,num_comments,github_stars`); either may be packed with gzip. Both were written from the
answers of Hugging Face, and count as seen there.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bot.errors import FetchError
from bot.models import Harvest, Observation, Rejected
from bot.sources.archive_schema import read_observation, read_paper
from bot.sources.fields import Unusable
from bot.sources.gathering import Gathering
from bot.sources.huggingface_schema import NAME
