"""What happens by the clock. What is due is computed from our own tables, never from a scheduler's memory."""
