"""Distances on the ground, fences with the error of a position, and coordinates of Chinese maps turned into WGS84."""

from __future__ import annotations

import math

EARTH_M = 6_371_008.8
GCJ_A, GCJ_EE = 6_378_245.0, 0.00669342162296594323


def metres(lat_a: float, lng_a: float, lat_b: float, lng_b: float) -> float:
    """Great-circle distance in metres (haversine, mean earth radius of IUGG)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lng_b - lng_a) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def beyond_fence(
    lat: float, lng: float, error_m: float, *, centre: tuple[float, float], radius_m: float
) -> float:
    """Metres beyond the fence that are certain: the error of the position is taken off first. Negative inside."""
    return metres(lat, lng, *centre) - radius_m - max(0.0, error_m)


def _shift(lat: float, lng: float) -> tuple[float, float]:
    x, y = lng - 105.0, lat - 35.0
    wave = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave * 2 / 3
    d_lat += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    d_lat += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    d_lng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave * 2 / 3
    d_lng += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    d_lng += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    phi = math.radians(lat)
    magic = 1 - GCJ_EE * math.sin(phi) ** 2
    d_lat = d_lat * 180 / (GCJ_A * (1 - GCJ_EE) / (magic * math.sqrt(magic)) * math.pi)
    d_lng = d_lng * 180 / (GCJ_A / math.sqrt(magic) * math.cos(phi) * math.pi)
    return d_lat, d_lng


def gcj_to_wgs(lat: float, lng: float) -> tuple[float, float]:
    """GCJ-02, as map companies in China deliver it, to WGS84, by iteration to about a centimetre."""
    at_lat, at_lng = lat, lng
    for _ in range(6):
        d_lat, d_lng = _shift(at_lat, at_lng)
        at_lat, at_lng = lat - d_lat, lng - d_lng
    return at_lat, at_lng
