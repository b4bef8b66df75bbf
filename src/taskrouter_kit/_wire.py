"""Holds its place in the layers until its first version lands."""
