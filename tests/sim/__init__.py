"""Simulators of what stands on either side of the daemon: the tools and the application."""
