"""Tables of this room that bulk readers may read by name; row-level security applies to every reader.

`assessment_result`: one row a result; it counts on a day when `ended_on` is NULL or later and `valid_to` is NULL or not before
it; `display_only` rows decide nothing. `assessment_assessment`: one row an assessment with its state, plan and reason.
"""

from __future__ import annotations

RESULTS = "assessment_result"
ASSESSMENTS = "assessment_assessment"
PLANS = "assessment_plan"
