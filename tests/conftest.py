"""What holds for every test: property tests are the same on every run and every machine."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No test depends on how fast a machine is: neither a deadline nor the health check that times data generation.
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
