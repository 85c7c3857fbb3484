"""What people do here: one file a noun, one class, one method a use case."""
