"""The cables: bytes in, bytes out, each with a time limit."""
