# As far as benchmarks/worker.py uses it.
from gunicorn.config import Config

class Logger:
    def __init__(self, cfg: Config) -> None: ...
