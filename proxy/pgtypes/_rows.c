/* DataRow messages of encoded columns, in one pass over the rows: what fields.py does with Arrow and numpy, which stays where this is
 * not built. It knows memory, lengths and the layout of a DataRow, no types. Every buffer is checked before it is read, and each field once
 * more where it is written: Python's lock is not held, so a buffer's owner could have changed it meanwhile.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
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

typedef enum { SOUND, UNSOUND, TOO_LARGE, NO_MEMORY } Found;

/* Starts of rows are written into a bytes object. */
typedef char bytes_are_aligned[offsetof(PyBytesObject, ob_sval) % sizeof(int64_t) ? -1 : 1];

static inline uint8_t *put32(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
    return to + 4;
}

static inline int is_null(const Column *column, Py_ssize_t row) {
    const uint8_t *valid = column->valid.buf;
    if (!column->valid.obj) return 0;
    if (!column->is_bits) return !valid[row];
    row += column->start;
    return !(valid[row >> 3] >> (row & 7) & 1);
}

/* Where a value begins: offsets need not be aligned. */
static inline int64_t bound(const Column *column, Py_ssize_t row) {
    const char *from = (const char *)column->offsets.buf + (column->start + row) * column->offset_width;
    int32_t narrow;
    int64_t wide;
    if (column->offset_width == 4) {
        memcpy(&narrow, from, 4);
        return narrow;
    }
    memcpy(&wide, from, 8);
    return wide;
}

/* Whether all that the rows need lies within the buffers, their first and last value at least. */
static int is_sound(const Column *column, Py_ssize_t rows) {
    Py_ssize_t start = column->start;
    if (start < 0 || column->width < 0 || start > PY_SSIZE_T_MAX - 8 - rows) return 0;
    if (column->valid.obj && column->valid.len < (column->is_bits ? (start + rows + 7) / 8 : rows)) return 0;
    if (!column->offset_width) return rows == 0 || column->width <= column->data.len / rows;
    if (column->offset_width != 4 && column->offset_width != 8) return 0;
    if (column->offsets.len / column->offset_width <= start + rows) return 0;
    return bound(column, 0) >= 0 && bound(column, rows) <= column->data.len;
}

/* Adds the lengths of a column's fields to those of the rows. */
static Found add_lengths(const Column *column, Py_ssize_t rows, int64_t *lengths) {
    int64_t at = 0;
    if (column->offset_width) at = bound(column, 0);
    for (Py_ssize_t row = 0; row < rows; row++) {
        int64_t length = column->width;
        if (column->offset_width) {
            int64_t end = bound(column, row + 1);
            if (end < at) return UNSOUND; /* no offset goes backwards */
            length = end - at;
            at = end;
        }
        if (is_null(column, row)) continue;
        if (length > INT32_MAX - lengths[row]) return TOO_LARGE;
        lengths[row] += length;
    }
    return SOUND;
}

/* Row starts, and the end of the last one. */
static Found measure(const Column *columns, Py_ssize_t count, Py_ssize_t rows, int64_t *at) {
    for (Py_ssize_t index = 0; index < count; index++)
        if (!is_sound(&columns[index], rows)) return UNSOUND;
    at[0] = 0;
    for (Py_ssize_t row = 1; row <= rows; row++) at[row] = HEADER - 1 + 4 * count;
    for (Py_ssize_t index = 0; index < count; index++) {
        Found found = add_lengths(&columns[index], rows, at + 1);
        if (found != SOUND) return found;
    }
    for (Py_ssize_t row = 1; row <= rows; row++) {
        if (at[row - 1] > PY_SSIZE_T_MAX - 1 - at[row]) return NO_MEMORY;
        at[row] += at[row - 1] + 1;
    }
    return SOUND;
}

/* A field and its length, up to `end`; NULL where there is no room for it. */
static inline uint8_t *put_field(const Column *column, Py_ssize_t row, uint8_t *to, const uint8_t *end) {
    int64_t room = end - to - 4;
    if (is_null(column, row)) return room < 0 ? NULL : put32(to, UINT32_MAX);
    int64_t at = column->offset_width ? bound(column, row) : (int64_t)row * column->width;
    int64_t length = column->offset_width ? bound(column, row + 1) - at : column->width;
    if (at < 0 || length < 0 || length > room || at > column->data.len - length) return NULL;
    to = put32(to, (uint32_t)length);
    if (!length) return to;
    const uint8_t *from = (const uint8_t *)column->data.buf + at;
    if (length == 8) memcpy(to, from, 8); /* without a call */
    else if (length == 4) memcpy(to, from, 4);
    else memcpy(to, from, (size_t)length);
    return to + length;
}

static Found write_rows(const Column *columns, Py_ssize_t count, Py_ssize_t rows, const int64_t *starts, uint8_t *out) {
    for (Py_ssize_t row = 0; row < rows; row++) {
        uint8_t *to = out + starts[row];
        const uint8_t *end = out + starts[row + 1];
        *to++ = 'D';
        to = put32(to, (uint32_t)(starts[row + 1] - starts[row] - 1));
        *to++ = (uint8_t)(count >> 8);
        *to++ = (uint8_t)count;
        for (Py_ssize_t index = 0; index < count && to; index++) to = put_field(&columns[index], row, to, end);
        if (to != end) return UNSOUND;
    }
    return SOUND;
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

static int told(Found found) {
    if (found == UNSOUND) PyErr_SetString(PyExc_ValueError, "a column is not what it says");
    if (found == TOO_LARGE) PyErr_SetString(PyExc_OverflowError, "a row is too large");
    if (found == NO_MEMORY) PyErr_NoMemory();
    return found == SOUND;
}

/* (messages, starts) of columns that are held. */
static PyObject *assembled(const Column *columns, Py_ssize_t count, Py_ssize_t rows) {
    PyObject *out = NULL, *result = NULL, *starts = PyBytes_FromStringAndSize(NULL, (rows + 1) * (Py_ssize_t)sizeof(int64_t));
    if (!starts) return NULL;
    int64_t *at = (int64_t *)(void *)PyBytes_AS_STRING(starts);
    Found found;
    Py_BEGIN_ALLOW_THREADS
    found = measure(columns, count, rows, at);
    Py_END_ALLOW_THREADS
    if (!told(found) || !(out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)at[rows]))) goto done;
    Py_BEGIN_ALLOW_THREADS
    found = write_rows(columns, count, rows, at, (uint8_t *)PyBytes_AS_STRING(out));
    Py_END_ALLOW_THREADS
    if (told(found)) result = PyTuple_Pack(2, out, starts);
done:
    Py_DECREF(starts);
    Py_XDECREF(out);
    return result;
}

static PyObject *assemble(PyObject *module, PyObject *args) {
    PyObject *list, *items, *result = NULL;
    Py_ssize_t rows, count, index = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!n", &PyList_Type, &list, &rows)) return NULL;
    if (!(items = PyList_AsTuple(list))) return NULL; /* the list may change while its items are read */
    Column *columns = NULL;
    count = PyTuple_GET_SIZE(items);
    if (rows < 0 || rows >= PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(int64_t) - 8 || count > INT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "no such number of rows or columns");
    } else if (!(columns = PyMem_Calloc((size_t)(count ? count : 1), sizeof(Column)))) {
        PyErr_NoMemory();
    } else {
        while (index < count && !read_column(PyTuple_GET_ITEM(items, index), &columns[index])) index++;
        if (index == count) result = assembled(columns, count, rows);
        release(columns, count);
    }
    Py_DECREF(items);
    return result;
}

static PyMethodDef methods[] = {
    {"assemble", assemble, METH_VARARGS, "Columns and the number of rows -> (messages, int64 start of each and end of the last)."},
    {NULL, NULL, 0, NULL},
};

/* Nothing is kept between calls, so any number of interpreters and threads may call at once. */
static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_rows", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rows(void) { return PyModuleDef_Init(&definition); }
