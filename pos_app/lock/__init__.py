"""The covered till: by hand or after idling, opened again by the same person or by another who takes over."""
