"""What a plan must keep to."""
