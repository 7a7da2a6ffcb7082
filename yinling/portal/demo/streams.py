"""One independent random stream per topic, so that a change in one register moves no byte of another."""

import zlib

import numpy as np


def stream(seed: int, topic: str) -> np.random.Generator:
    key = zlib.crc32(topic.encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key,))))
