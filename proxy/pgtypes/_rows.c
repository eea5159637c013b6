/* DataRow messages of encoded columns, in one pass over the rows: what fields.py does with Arrow and numpy, which stays where this is
 * not built. It knows memory, lengths and the layout of a DataRow, no types. Every buffer is checked before it is read.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define HEADER 7 /* 'D', int32 length, int16 columns */

typedef struct {
    Py_buffer data, offsets, valid;
    Py_ssize_t offset_width; /* 4 or 8; 0: all values have `width` bytes */
    Py_ssize_t width;
    Py_ssize_t start; /* of the first row, in offsets and in bits of validity */
    int is_bits;      /* validity is a bit a row, else a byte */
} Column;

static inline uint8_t *put32(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
    return to + 4;
}

static inline int is_null(const Column *column, Py_ssize_t row) {
    const uint8_t *valid = column->valid.buf;
    if (!valid) return 0;
    if (!column->is_bits) return !valid[row];
    row += column->start;
    return !(valid[row >> 3] >> (row & 7) & 1);
}

static inline int64_t bound(const Column *column, Py_ssize_t row) {
    row += column->start;
    return column->offset_width == 4 ? ((const int32_t *)column->offsets.buf)[row] : ((const int64_t *)column->offsets.buf)[row];
}

/* Whether all that the rows need lies within the buffers, their first and last value at least. */
static int is_sound(const Column *column, Py_ssize_t rows) {
    if (column->start < 0 || column->width < 0) return 0;
    if (column->valid.buf && column->valid.len < (column->is_bits ? (column->start + rows + 7) / 8 : rows)) return 0;
    if (!column->offset_width) return rows == 0 || column->width <= column->data.len / rows;
    if (column->offset_width != 4 && column->offset_width != 8) return 0;
    if (!column->offsets.buf || column->offsets.len / column->offset_width < column->start + rows + 1) return 0;
    return bound(column, 0) >= 0 && bound(column, rows) <= (column->data.buf ? column->data.len : 0);
}

/* Adds the lengths of a column's fields to those of the rows; 0 where an offset goes backwards. */
static int add_lengths(const Column *column, Py_ssize_t rows, int64_t *lengths) {
    for (Py_ssize_t row = 0; row < rows; row++) {
        int64_t length = column->offset_width ? bound(column, row + 1) - bound(column, row) : column->width;
        if (length < 0) return 0;
        if (!is_null(column, row)) lengths[row] += length;
    }
    return 1;
}

static void write_rows(const Column *columns, Py_ssize_t count, Py_ssize_t rows, const int64_t *starts, uint8_t *out) {
    for (Py_ssize_t row = 0; row < rows; row++) {
        uint8_t *to = out + starts[row];
        *to++ = 'D';
        to = put32(to, (uint32_t)(starts[row + 1] - starts[row] - 1));
        *to++ = (uint8_t)(count >> 8);
        *to++ = (uint8_t)count;
        for (const Column *column = columns; column < columns + count; column++) {
            if (is_null(column, row)) {
                to = put32(to, UINT32_MAX);
                continue;
            }
            int64_t at = column->offset_width ? bound(column, row) : row * column->width;
            int64_t length = column->offset_width ? bound(column, row + 1) - at : column->width;
            const uint8_t *from = (const uint8_t *)column->data.buf + at;
            to = put32(to, (uint32_t)length);
            if (length == 8) memcpy(to, from, 8); /* without a call */
            else if (length == 4) memcpy(to, from, 4);
            else if (length) memcpy(to, from, (size_t)length);
            to += length;
        }
    }
}

static int take(PyObject *object, Py_buffer *buffer) {
    return object == Py_None ? 0 : PyObject_GetBuffer(object, buffer, PyBUF_SIMPLE);
}

static int read_column(PyObject *item, Column *column) {
    PyObject *data, *offsets, *valid;
    if (!PyTuple_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "a column is a tuple");
        return -1;
    }
    if (!PyArg_ParseTuple(item, "OOnnOnp", &data, &offsets, &column->offset_width, &column->width, &valid, &column->start, &column->is_bits))
        return -1;
    return take(data, &column->data) || take(offsets, &column->offsets) || take(valid, &column->valid) ? -1 : 0;
}

static void release(Column *columns, Py_ssize_t count) {
    for (Py_ssize_t index = 0; index < count; index++) {
        PyBuffer_Release(&columns[index].data);
        PyBuffer_Release(&columns[index].offsets);
        PyBuffer_Release(&columns[index].valid);
    }
    PyMem_Free(columns);
}

/* Row starts, and the end of the last one; NULL with an exception set. */
static PyObject *measured(const Column *columns, Py_ssize_t count, Py_ssize_t rows) {
    PyObject *starts = PyBytes_FromStringAndSize(NULL, (rows + 1) * (Py_ssize_t)sizeof(int64_t));
    if (!starts) return NULL;
    int64_t *at = (int64_t *)PyBytes_AS_STRING(starts);
    int sound = 1, fits = 1;
    Py_BEGIN_ALLOW_THREADS
    memset(at, 0, (size_t)(rows + 1) * sizeof(int64_t));
    for (Py_ssize_t index = 0; index < count && sound; index++)
        sound = is_sound(&columns[index], rows) && add_lengths(&columns[index], rows, at + 1);
    for (Py_ssize_t row = 1; row <= rows; row++) {
        int64_t length = at[row] + HEADER - 1 + 4 * count;
        fits = fits && length <= INT32_MAX;
        at[row] = at[row - 1] + length + 1;
    }
    Py_END_ALLOW_THREADS
    if (sound && fits) return starts;
    PyErr_SetString(sound ? PyExc_OverflowError : PyExc_ValueError, sound ? "a row is too large" : "a column is not what it says");
    Py_DECREF(starts);
    return NULL;
}

static PyObject *assemble(PyObject *module, PyObject *args) {
    PyObject *items, *starts = NULL, *out = NULL, *result = NULL;
    Py_ssize_t rows;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!n", &PyList_Type, &items, &rows)) return NULL;
    Py_ssize_t count = PyList_GET_SIZE(items);
    if (rows < 0 || count > INT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "no such number of rows or columns");
        return NULL;
    }
    Column *columns = PyMem_Calloc((size_t)(count ? count : 1), sizeof(Column));
    if (!columns) return PyErr_NoMemory();
    for (Py_ssize_t index = 0; index < count; index++)
        if (read_column(PyList_GET_ITEM(items, index), &columns[index])) goto done;
    if (!(starts = measured(columns, count, rows))) goto done;
    const int64_t *at = (const int64_t *)PyBytes_AS_STRING(starts);
    if (!(out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)at[rows]))) goto done;
    Py_BEGIN_ALLOW_THREADS
    write_rows(columns, count, rows, at, (uint8_t *)PyBytes_AS_STRING(out));
    Py_END_ALLOW_THREADS
    result = PyTuple_Pack(2, out, starts);
done:
    Py_XDECREF(starts);
    Py_XDECREF(out);
    release(columns, count);
    return result;
}

static PyMethodDef methods[] = {
    {"assemble", assemble, METH_VARARGS, "Columns and the number of rows -> (messages, int64 start of each and end of the last)."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_rows", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rows(void) { return PyModuleDef_Init(&definition); }
