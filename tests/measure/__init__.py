"""Programs that measure or picture the product; `make pictures` and docs name them. Not tests."""
