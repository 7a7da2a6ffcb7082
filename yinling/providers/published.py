"""Named read-only tables of providers for bulk readers; the columns below stay, others may come and go."""

HOMES = "providers_home"  # uid, name, uscc, kind, area, longitude, latitude, beds, beds_used, beds_nursing, missing_since
SITES = "providers_site"  # uid, name, kind, area, longitude, latitude, missing_since
DELIVERIES = (
    "providers_delivery"  # uid, register, source, as_of, state, rows, counts, received_at, applied_at, area
)
BEDS = "providers_bed"  # uid, home, area, room, code, nursing, closed_on
OCCUPANCIES = (
    "providers_occupancy"  # bed, person, stay, home, area, starts_on, ends_on, planned, presence, voided
)
