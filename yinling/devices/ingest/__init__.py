"""The ingest process: the ways in, one queue to the store, receipts after the commit."""
