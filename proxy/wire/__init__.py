"""The v3 wire protocol without any IO: bytes to messages and back, SCRAM. Knows neither sockets nor SQL nor roles."""
