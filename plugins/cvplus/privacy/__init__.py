"""Personal data: keys, sealing, and the vault that holds what the warehouse must never see."""
