"""Sources: declarations of providers' APIs, and the one client that reads them all."""
