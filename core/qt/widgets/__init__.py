"""Widgets with no knowledge of the business."""
