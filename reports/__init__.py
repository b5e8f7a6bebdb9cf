"""What leaves the house by itself: the weekly digest, under each recipient's own scope."""
