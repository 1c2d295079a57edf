"""Publishing: copy the built site to a target where readers find it."""
