"""Programs that measure or picture the product and write that into the documents.

Run one from the top of the repository: python -m docs.measure.NAME. The documents name the command they come from.
"""
