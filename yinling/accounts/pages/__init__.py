"""Pages of accounts: signing in, one's own sessions, administration by three separated roles, the audit's search."""
