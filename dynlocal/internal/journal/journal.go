// Package journal is an append-only file of records, made to survive that its process is killed at any moment.
//
// The file begins with a line that names its form. Each record has the length of its payload and the checksum of that,
// then the checksum of these two, and the payload. A record that a killed process did not finish writing is the last
// one and short: reading cuts it off. Anything else that does not fit is damage, because length and payload are
// checked apart: a damaged length never makes records that follow look like the end of the file.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// magic is what a file begins with.
const magic = "dynlocal journal 1\n"

// HeaderSize is the number of bytes in front of a record's payload.
const HeaderSize = 12

// maxKept is the size up to which buffers are kept for the next record.
const maxKept = 1 << 20

var table = crc32.MakeTable(crc32.Castagnoli)

// Damage says where a file is not what was written.
type Damage struct {
	Offset int64 // of the record, or of the file's beginning
	Reason string
}

// Error implements error.
func (d *Damage) Error() string { return fmt.Sprintf("damaged at byte %d: %s", d.Offset, d.Reason) }

// Read gives the payload of each record to each, which must not keep it, and returns the size of what was read. That is
// less than the file's size if the last record is unfinished. A file that does not exist has size 0. An error of each,
// like all that does not fit, is a *[Damage]; the size returned is then that of what stands before.
func Read(path string, each func(payload []byte) error) (size int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	r := &reader{in: f, end: info.Size()}
	for {
		payload, err := r.next()
		if err != nil || payload == nil {
			return r.at, err
		}
		if err := each(payload); err != nil {
			return r.at, &Damage{r.at, err.Error()}
		}
		r.at += HeaderSize + int64(len(payload))
	}
}

// reader reads records in large pieces.
type reader struct {
	in  io.Reader
	at  int64 // offset of the next record in the file
	end int64
	buf []byte // what has been read and not been given away
	mem []byte // where it lies
}

// fill makes the next n bytes available. It reports false if the file ends before.
func (r *reader) fill(n int) (bool, error) {
	if len(r.buf) >= n {
		return true, nil
	}
	if cap(r.mem) < n {
		r.mem = make([]byte, max(n, int(min(maxKept, r.end))))
	}
	have := copy(r.mem[:cap(r.mem)], r.buf)
	got, err := io.ReadAtLeast(r.in, r.mem[have:cap(r.mem)], n-have)
	r.buf = r.mem[:have+got]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return err == nil, err
}

// next gives the payload of the next record, nil at the end.
func (r *reader) next() ([]byte, error) {
	if r.at == 0 {
		if ok, err := r.begin(); !ok {
			return nil, err
		}
	}
	if ok, err := r.fill(HeaderSize); !ok {
		return nil, err
	}
	header := r.buf[:HeaderSize]
	if crc32.Checksum(header[:8], table) != binary.LittleEndian.Uint32(header[8:]) {
		return nil, &Damage{r.at, "checksum of a record's header"}
	}
	length, sum := int64(binary.LittleEndian.Uint32(header)), binary.LittleEndian.Uint32(header[4:])
	if r.end-r.at-HeaderSize < length {
		return nil, nil
	}
	n := int(length)
	if ok, err := r.fill(HeaderSize + n); !ok {
		return nil, err
	}
	payload := r.buf[HeaderSize : HeaderSize+n]
	if crc32.Checksum(payload, table) != sum {
		return nil, &Damage{r.at, "checksum of a record"}
	}
	r.buf = r.buf[HeaderSize+n:]
	return payload, nil
}

// begin reads the first line. It reports false if that is not all there.
func (r *reader) begin() (bool, error) {
	ok, err := r.fill(len(magic))
	switch {
	case err != nil:
		return false, err
	case !ok && strings.HasPrefix(magic, string(r.buf)):
		return false, nil
	case !ok || string(r.buf[:len(magic)]) != magic:
		return false, &Damage{0, "not a journal of this program, or of another version"}
	}
	r.buf = r.buf[len(magic):]
	r.at = int64(len(magic))
	return true, nil
}

// File is a journal open for appending. It is not safe for concurrent use, except for Sync.
type File struct {
	path string
	f    *os.File
	size int64
	err  error // why nothing more can be appended
}

// Open opens a journal, of which size bytes are good, and cuts the rest off. With size 0 it begins a new one.
func Open(path string, size int64) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	j := &File{path: path, f: f, size: size}
	if err = f.Truncate(size); err == nil && size == 0 {
		_, err = f.WriteAt([]byte(magic), 0)
		j.size = int64(len(magic))
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return j, nil
}

// Size gives the size in bytes.
func (j *File) Size() int64 { return j.size }

// Append writes a record in one call. Its payload begins at [HeaderSize]; what stands before is overwritten. When it
// returns, the record survives the end of the process, but not that of the machine. If it fails, the file is as before.
func (j *File) Append(record []byte) error {
	if j.err != nil {
		return j.err
	}
	payload := record[HeaderSize:]
	if int64(len(payload)) > 1<<32-1 {
		return errors.New("record too large")
	}
	binary.LittleEndian.PutUint32(record, uint32(len(payload)))
	binary.LittleEndian.PutUint32(record[4:], crc32.Checksum(payload, table))
	binary.LittleEndian.PutUint32(record[8:], crc32.Checksum(record[:8], table))
	if _, err := j.f.WriteAt(record, j.size); err != nil {
		if cut := j.f.Truncate(j.size); cut != nil {
			j.err = err // a record after half of one could not be read
		}
		return err
	}
	j.size += int64(len(record))
	return nil
}

// Sync waits until all that was appended survives the end of the machine.
func (j *File) Sync() error { return j.f.Sync() }

// Close closes the file.
func (j *File) Close() error { return j.f.Close() }

// Remove closes and deletes the file.
func (j *File) Remove() error {
	_ = j.f.Close()
	return os.Remove(j.path)
}

// CopyRecords appends the records of another journal that lie between two offsets.
func (j *File) CopyRecords(from *File, begin, end int64) error {
	in := io.NewSectionReader(from.f, begin, end-begin)
	n, err := io.Copy(io.NewOffsetWriter(j.f, j.size), in)
	j.size += n
	return err
}

// Replace puts j in the place of old, which is closed, in one step: whenever the machine ends, one of them is there.
// If it fails, and the error is not about closing, j is removed and old goes on.
func (j *File) Replace(old *File) (*File, error) {
	if err := j.f.Sync(); err != nil {
		_ = j.Remove()
		return old, err
	}
	// Some systems only rename what is closed.
	if err := errors.Join(j.f.Close(), old.f.Close()); err != nil {
		return nil, err
	}
	size, err := j.size, os.Rename(j.path, old.path)
	if err != nil {
		size = old.size
		_ = os.Remove(j.path)
	}
	now, openErr := Open(old.path, size)
	if openErr != nil {
		return nil, openErr
	}
	if err == nil {
		err = syncDir(filepath.Dir(old.path))
	}
	return now, err
}

// syncDir makes a rename survive the end of the machine.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) && !errors.Is(err, os.ErrPermission) {
		return err // some systems can't, and need not
	}
	return nil
}
