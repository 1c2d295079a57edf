"""One URL politely and safely over HTTP: a Response or a Failure."""
