"""Match lists such as mynetworks, and the lookup tables that they name."""
