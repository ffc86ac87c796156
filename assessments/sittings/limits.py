"""Bounds on what one sitting may ask of the graders."""

from __future__ import annotations

# Submissions and runs in any minute, each: more than a person reads results of, less than a script sends.
PER_MINUTE = 20
# Saves in any minute: autosave sends one after each pause.
SAVES_PER_MINUTE = 120
# Gaps of the connection in any minute; a page tells of those that were longer than 5 s.
GAPS_PER_MINUTE = 12
# Of an attempt, for the kinds that run in a sandbox: one is being graded, one waits.
UNFINISHED_JOBS = 2
CPU_SECONDS = 600.0
PRACTICE_ATTEMPTS = 20
