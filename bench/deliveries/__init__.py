"""What telling many people costs: pace, answers meanwhile, the clock's tick, memory."""
