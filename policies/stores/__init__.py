"""Where ledgers and quotas are kept: the only IO of `policies`."""
