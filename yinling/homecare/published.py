"""Tables of visiting care that rooms above may read in bulk; row-level security applies to every reader.

`homecare_visitee`: one row a person on the list (active), with tier, last met and next due day.
`homecare_visit`: visits and calls.
"""

from __future__ import annotations

VISITEES = "homecare_visitee"
VISITS = "homecare_visit"
