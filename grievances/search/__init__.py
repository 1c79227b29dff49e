"""Cases found by words that were said in them, though no word stands clear in the database."""
