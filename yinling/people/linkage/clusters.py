"""Pairs to persons: everyone connected by joined pairs is one; the smallest member names the group."""

from __future__ import annotations

import numpy as np


def connected(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each of `count` members the smallest member of its group, by spreading labels and halving paths."""
    label = np.arange(count)
    while True:
        low = np.minimum(label[left], label[right])
        spread = label.copy()
        np.minimum.at(spread, left, low)
        np.minimum.at(spread, right, low)
        np.minimum.at(spread, label[left], low)
        np.minimum.at(spread, label[right], low)
        spread = spread[spread]
        if np.array_equal(spread, label):
            return label
        label = spread


def pair_grade(label: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of members, of groups against the truth."""
    both = np.unique(np.stack([label, truth]), axis=1, return_counts=True)[1]
    mine, true = np.unique(label, return_counts=True)[1], np.unique(truth, return_counts=True)[1]
    hits, said, there = (float((sizes * (sizes - 1) / 2).sum()) for sizes in (both, mine, true))
    precision, recall = hits / max(said, 1.0), hits / max(there, 1.0)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
