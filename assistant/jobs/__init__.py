"""Many documents and one task in, an answer for each out, whatever happens in between; knows no terminal."""
