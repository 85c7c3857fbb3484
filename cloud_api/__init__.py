"""Where drivers order and stations report: the cloud's rooms."""
