"""Packages of other authors, which return addresses as text: psutil and netifaces-plus."""
