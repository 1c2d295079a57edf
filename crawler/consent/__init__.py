"""What authors allow: the levels of consent, the signals that decide them, the words that opt out."""
