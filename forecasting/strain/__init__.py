"""Who is carrying too much: drift against a person's own past and load beside it, told to help."""
