"""Quality: suites of expectations, the gate, quarantine."""
