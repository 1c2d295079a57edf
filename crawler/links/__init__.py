"""Identity: when are two URLs one article, and why."""
