"""The command line: every verb is one call of the public API and one renderer. Extra ``cli``."""
