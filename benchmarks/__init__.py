"""The figures of speed, each a ratio against a bare equivalent measured in the same run."""
