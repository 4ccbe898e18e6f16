"""The supervisor's pages: the escalation queue, what is done to several cases, the workload."""

from __future__ import annotations

from casework.web.supervisor import deciding, queue, workload
from casework.web.supervisor.blueprint import supervisor

VIEWS = (deciding, queue, workload)

__all__ = ["supervisor"]
