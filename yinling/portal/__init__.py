"""门户: composes the rooms' screens for each role."""
