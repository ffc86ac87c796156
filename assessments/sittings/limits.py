"""Bounds on what one sitting may ask of the graders."""

from __future__ import annotations

# Submissions and runs in any minute, each: more than a person reads results of, less than a script sends.
PER_MINUTE = 20
# Saves in any minute: autosave sends one after each pause.
SAVES_PER_MINUTE = 120
# A sitting that has saved so many characters is no person's typing (a day of it makes a fifth): its saves slow down.
CHARACTERS_AT_FULL_SPEED = 20_000_000
SLOW_SAVES_PER_MINUTE = 4
# Gaps of the connection in any minute; a page tells of those that were longer than 5 s.
GAPS_PER_MINUTE = 12
# Of an attempt, for the kinds that run in a sandbox: one is being graded, one waits.
UNFINISHED_JOBS = 2
# How long the answers of a sitting may hold workers up: sixty runs that each go to the limit of 10 s.
COMPUTING_SECONDS = 600.0
PRACTICE_ATTEMPTS = 20
# Reports on questions: of one sitting in all, within ten minutes, and how long each may be.
PROBLEMS = 40
PROBLEMS_AT_ONCE = 8
PROBLEM_CHARACTERS = 5_000
