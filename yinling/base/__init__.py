"""Base 基础平台: what every room stands on; it knows none of them."""
