"""A bank small enough to read: the separate program that stands at YINLING_BANK_URL in the demo and in tests."""
