"""What one reading of a host gave: its records, and what is asked of them without asking the system again."""
