"""Postgres' types on the wire: a registry of codecs, the row encoder, and the readers of parameters and literals.

Takes Arrow batches and gives DataRow bytes; takes client text or bytes and gives canonical text and engine values.
Refuses to know sockets, SQL, DuckDB and roles; facts come from PostgreSQL's own input and output functions
(src/backend/utils/adt).
"""

from proxy.pgtypes.encoder import RowEncoder
from proxy.pgtypes.fields import EncodedRows
from proxy.pgtypes.parameters import decode_parameter, engine_value, is_relative, parameter_text, read_text
from proxy.pgtypes.settings import InputSettings, OutputSettings

__all__ = [
    "EncodedRows",
    "InputSettings",
    "OutputSettings",
    "RowEncoder",
    "decode_parameter",
    "engine_value",
    "is_relative",
    "parameter_text",
    "read_text",
]
