"""What is derived across items: kinds, entities, near-duplicates, stories, related, rank."""
