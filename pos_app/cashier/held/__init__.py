"""Bills that wait: set aside, or left open by a power cut or another till."""
