"""A list of trusted clients, explained: what made each element, whom it trusts, and what another style would do."""
