"""Which values can be true: spans by kind of fact, and what becomes of a value outside its span."""
