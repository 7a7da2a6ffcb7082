"""Yinling 银龄: an open platform for basic elderly-care services (基本养老服务综合平台)."""

__version__ = "0.1.0"
