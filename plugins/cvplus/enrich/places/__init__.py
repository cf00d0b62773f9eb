"""Places: the gazetteer, the parts of a location's text, and which place the parts name together."""
