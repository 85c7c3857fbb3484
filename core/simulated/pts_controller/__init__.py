"""A forecourt controller that speaks jsonPTS on a real socket, with pumps that fill at a real pace behind it."""
