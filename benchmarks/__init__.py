"""Measurements, each printing a table and JSON; none of them is a test."""
