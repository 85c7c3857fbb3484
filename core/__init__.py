"""The station's shared heart; holds no code, only the map of the rooms below."""
