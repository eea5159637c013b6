"""A sample shop: schema, seeded generator, reader role, policy and settings.

Holds data that looks like real life and describes nobody. Knows nothing of differential privacy; the figures come
from the generator's own seed, never from a real business.
"""
