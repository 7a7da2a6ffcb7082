"""Cuts the borrowed outline into invented streets and communities; run by hand, needs shapely, result is committed.

python build_geometry.py kunming_counties.geojson geometry_odbl/
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from shapely import MultiPoint, Point, voronoi_polygons
from shapely.geometry import mapping, shape

BORROWED = "530111"
SEED = 20260101


def cells(area, count, rng, rounds=12):
    """Lloyd-relaxed Voronoi cells of `count` invented points inside `area`, ordered north to south."""
    west, south, east, north = area.bounds
    points = []
    while len(points) < count:
        point = Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(point):
            points.append(point)
    for _ in range(rounds):
        found = [
            cell.intersection(area) for cell in voronoi_polygons(MultiPoint(points), extend_to=area).geoms
        ]
        points = [
            cell.centroid if cell.contains(cell.centroid) else cell.representative_point() for cell in found
        ]
    return sorted(found, key=lambda cell: (-round(cell.centroid.y, 3), cell.centroid.x))


def feature(code, name, geometry):
    rounded = json.loads(json.dumps(mapping(geometry)), parse_float=lambda text: round(float(text), 5))
    point = geometry.representative_point()
    return {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, "name": name, "point": [round(point.x, 5), round(point.y, 5)]},
        "geometry": rounded,
    }


def write(path, features):
    body = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main(source, target):
    counties = json.loads(Path(source).read_text(encoding="utf-8"))["features"]
    outline = shape(next(f["geometry"] for f in counties if f["id"] == BORROWED))
    rng = np.random.default_rng(SEED)
    with open(Path(__file__).with_name("places.csv"), encoding="utf-8") as rows:
        places = list(csv.DictReader(rows))
    streets, communities = [], []
    for number, (place, area) in enumerate(zip(places, cells(outline, len(places), rng), strict=True), 1):
        code = f"530199{number:03d}"
        streets.append(feature(code + "000", place["street"], area))
        names = place["communities"].split()
        for inner, (name, part) in enumerate(zip(names, cells(area, len(names), rng), strict=True), 1):
            communities.append(feature(f"{code}{inner:03d}", name + "社区", part))
    write(Path(target) / "outline.geojson", [feature("530199000000", "银龄示范区", outline)])
    write(Path(target) / "streets.geojson", streets)
    write(Path(target) / "communities.geojson", communities)


if __name__ == "__main__":
    main(*sys.argv[1:])
