"""Listeners, TLS, authentication, and the loop that drives sessions. One outside world: sockets."""
