"""Tables of this room that bulk readers may read by name; row-level security applies to every reader.

`people_record`: one row a person, the projection. `people_person`: anchor with both areas and `alias_of`.
`people_statement`: what registers say, standing while `ended_at` and `withdrawn_at` are NULL. `people_vital`: life facts,
valid unless another row `retracts` them. `people_question`: open while `answered_at` is NULL. `people_delivery`: files.
"""

from __future__ import annotations

RECORDS = "people_record"
PERSONS = "people_person"
STATEMENTS = "people_statement"
VITALS = "people_vital"
QUESTIONS = "people_question"
DELIVERIES = "people_delivery"
COVERAGE = "people_coverage"
