"""Packages of others that tell addresses as text: psutil and netifaces-plus."""
