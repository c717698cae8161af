"""Understanding orders: what is asked for, where it goes, and what a person must settle first."""
