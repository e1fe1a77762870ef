"""What a network sends to the UN: who may see what, what it says, and in which order.

``clearance`` alone reads what people told; ``compiling`` gets what it let through, and makes papers of it.
"""
