/* Values of a column as Postgres writes them: whole numbers and decimals as text and as numeric's base 10,000, moments as ISO text. What
 * Arrow and numpy do where this is not built. Every function gives (bytes end to end, int32 offsets), or None for a column with a value
 * that it cannot take. Facts: src/backend/utils/adt/numeric.c (numeric_send), datetime.c (EncodeDateTime).
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)
#define UNIX_TO_YEAR_1 719162 /* days from 0001-01-01 to 1970-01-01 */
#define YEAR_10000 2932897    /* days from 1970-01-01 to 10000-01-01 */
#define LONGEST 32            /* bytes of a value, whatever it is */
#define SCALE_MAX 18          /* digits behind the point that 64 bits hold */

typedef struct {
    Py_buffer values, valid;
    Py_ssize_t width, rows; /* bytes of a value: 4, 8 or 16 */
    int scale;              /* digits behind the point */
} Column;

/* Writes a value and gives its bytes; 0 for one that it cannot take. */
typedef int Writer(const Column *column, int64_t value, char *to);

static const char PAIRS[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                            "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static const uint64_t TENS[] = {1, 10, 100, 1000};

static inline char *pair(char *to, unsigned value) {
    memcpy(to, PAIRS + 2 * value, 2);
    return to + 2;
}

/* Digits of a number that end at `end`, at least `least` of them; where they begin. */
static inline char *digits(char *end, uint64_t value, int least) {
    char *to = end;
    while (value >= 100) {
        to -= 2;
        memcpy(to, PAIRS + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        to -= 2;
        memcpy(to, PAIRS + 2 * value, 2);
    } else if (value) {
        *--to = (char)('0' + value);
    }
    while (end - to < least) *--to = '0';
    return to;
}

static int write_number(const Column *column, int64_t value, char *to) {
    char buffer[64], *end = buffer + sizeof buffer;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char *from = digits(end, size, column->scale + 1);
    int length = (int)(end - from), whole = length - column->scale, at = 0;
    if (value < 0) to[at++] = '-';
    memcpy(to + at, from, (size_t)whole);
    at += whole;
    if (column->scale) {
        to[at++] = '.';
        memcpy(to + at, from + whole, (size_t)column->scale);
        at += column->scale;
    }
    return at;
}

static inline char *put16(char *to, unsigned value) {
    to[0] = (char)(value >> 8);
    to[1] = (char)value;
    return to + 2;
}

static int write_numeric(const Column *column, int64_t value, char *to) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, missing = TENS[(4 - column->scale % 4) % 4];
    if (size > UINT64_MAX / missing) return 0;
    unsigned groups[5];
    int count = 0, fraction = (column->scale + 3) / 4, first = 0;
    for (size *= missing; size; size /= 10000) groups[count++] = (unsigned)(size % 10000);
    while (first < count && !groups[first]) first++; /* zeros at the end are not sent */
    char *at = put16(to, (unsigned)(count - first));
    at = put16(at, (unsigned)(count ? count - fraction - 1 : 0));
    at = put16(at, value < 0 ? 0x4000 : 0);
    at = put16(at, (unsigned)column->scale);
    while (count > first) at = put16(at, groups[--count]);
    return (int)(at - to);
}

/* The proleptic Gregorian day of a count from 1970-01-01: shifted to years that begin in March, in eras of 400 years. */
static char *put_day(char *to, int64_t days) {
    unsigned shifted = (unsigned)(days + UNIX_TO_YEAR_1 + 306), era = shifted / 146097, of_era = shifted % 146097;
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    unsigned day = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += 400 * era + (month <= 2);
    to = pair(pair(to, year / 100), year % 100);
    *to++ = '-';
    to = pair(to, month);
    *to++ = '-';
    return pair(to, day);
}

static int write_moment(const Column *column, int64_t value, char *to) {
    int64_t days = value / DAY_US, rest = value % DAY_US;
    (void)column;
    if (rest < 0) {
        rest += DAY_US;
        days--;
    }
    if (days < -UNIX_TO_YEAR_1 || days >= YEAR_10000) return 0;
    unsigned second = (unsigned)(rest / 1000000), micros = (unsigned)(rest % 1000000);
    char *at = put_day(to, days);
    *at++ = ' ';
    at = pair(at, second / 3600);
    *at++ = ':';
    at = pair(at, second / 60 % 60);
    *at++ = ':';
    at = pair(at, second % 60);
    if (micros) {
        *at++ = '.';
        at = pair(pair(pair(at, micros / 10000), micros / 100 % 100), micros % 100);
        while (at[-1] == '0') at--;
    }
    return (int)(at - to);
}

static inline int is_null(const Column *column, Py_ssize_t row) {
    const uint8_t *valid = column->valid.buf;
    return column->valid.obj && !(valid[row >> 3] >> (row & 7) & 1);
}

/* A value in 64 bits; 0 where it takes more. Values need not be aligned. */
static inline int fits(const Column *column, Py_ssize_t row, int64_t *value) {
    const char *from = (const char *)column->values.buf + row * column->width;
    if (column->width == 4) {
        int32_t narrow;
        memcpy(&narrow, from, 4);
        *value = narrow;
        return 1;
    }
    if (column->width == 8) {
        memcpy(value, from, 8);
        return 1;
    }
    int64_t words[2];
    memcpy(words, from, 16);
    *value = words[PY_BIG_ENDIAN];
    return words[!PY_BIG_ENDIAN] == (*value < 0 ? -1 : 0);
}

/* The bytes of all rows; -1 where a value cannot be taken. */
static Py_ssize_t write_all(const Column *column, Writer *write, char *out, int32_t *offsets) {
    char *to = out;
    offsets[0] = 0;
    for (Py_ssize_t row = 0; row < column->rows; row++) {
        if (!is_null(column, row)) {
            int64_t value;
            int length = fits(column, row, &value) ? write(column, value, to) : 0;
            if (!length) return -1;
            to += length;
        }
        offsets[row + 1] = (int32_t)(to - out);
    }
    return to - out;
}

static int take(PyObject *object, Py_buffer *buffer) {
    return object == Py_None ? 0 : PyObject_GetBuffer(object, buffer, PyBUF_SIMPLE);
}

static int is_sound(const Column *column) {
    if (column->width != 4 && column->width != 8 && column->width != 16) return 0;
    if (column->rows < 0 || column->scale < 0 || column->scale > SCALE_MAX) return 0;
    return column->rows <= column->values.len / column->width && (!column->valid.obj || column->valid.len >= column->rows / 8 + (column->rows % 8 > 0));
}

static PyObject *written(PyObject *args, Writer *write) {
    Column column = {0};
    PyObject *values, *valid, *offsets = NULL, *out = NULL, *result = NULL;
    if (!PyArg_ParseTuple(args, "OnOni", &values, &column.width, &valid, &column.rows, &column.scale)) return NULL;
    if (take(values, &column.values) || take(valid, &column.valid)) goto done;
    if (!is_sound(&column)) {
        PyErr_SetString(PyExc_ValueError, "a column is not what it says");
        goto done;
    }
    if (column.rows > INT32_MAX / LONGEST) {
        result = Py_NewRef(Py_None);
        goto done;
    }
    offsets = PyBytes_FromStringAndSize(NULL, (column.rows + 1) * (Py_ssize_t)sizeof(int32_t));
    out = PyBytes_FromStringAndSize(NULL, column.rows * LONGEST);
    if (!offsets || !out) goto done;
    Py_ssize_t length;
    Py_BEGIN_ALLOW_THREADS
    length = write_all(&column, write, PyBytes_AS_STRING(out), (int32_t *)(void *)PyBytes_AS_STRING(offsets));
    Py_END_ALLOW_THREADS
    if (length < 0) {
        result = Py_NewRef(Py_None);
    } else if (!_PyBytes_Resize(&out, length)) {
        result = PyTuple_Pack(2, out, offsets);
    }
done:
    Py_XDECREF(offsets);
    Py_XDECREF(out);
    PyBuffer_Release(&column.values);
    PyBuffer_Release(&column.valid);
    return result;
}

static PyObject *numbers(PyObject *module, PyObject *args) {
    (void)module;
    return written(args, write_number);
}

static PyObject *numerics(PyObject *module, PyObject *args) {
    (void)module;
    return written(args, write_numeric);
}

static PyObject *moments(PyObject *module, PyObject *args) {
    (void)module;
    return written(args, write_moment);
}

static PyMethodDef methods[] = {
    {"numbers", numbers, METH_VARARGS, "Whole numbers, or decimals of a scale, as text."},
    {"numerics", numerics, METH_VARARGS, "The same as numeric's binary form."},
    {"moments", moments, METH_VARARGS, "Microseconds since 1970 as date and time, of the years 1 to 9999."},
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

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_values", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__values(void) { return PyModuleDef_Init(&definition); }
