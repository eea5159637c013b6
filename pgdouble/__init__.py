"""The command `pgdouble`: it puts the packages together and knows none of their insides.

Holds the command line, the deployment's settings and the demo. Refuses to compute anything that touches privacy, SQL
or the wire; those live in `policies`, `synth` and `proxy`.
"""
