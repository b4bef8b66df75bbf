"""The asynchronous face of the client: one module per collection, names and types, one line of body each."""
