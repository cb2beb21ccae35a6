"""What people and clocks did: acts of curators with before and after, and the ticks of the beat."""
