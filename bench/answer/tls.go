package answer

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/gob"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// serveVar, in its environment, makes the program be the server.
const serveVar = "DYN_BENCH_SERVE"

// ServeIfAsked makes this process the server of a [TLS] if it was started as
// one, and does not return then. Call it first in main.
func ServeIfAsked() {
	if os.Getenv(serveVar) == "" {
		return
	}
	if err := serve(os.Stdin, os.Stdout); !errors.Is(err, io.EOF) {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve answers requests by TLS 1.3 from the last script read, until in ends.
func serve(in io.Reader, out io.Writer) error {
	cert, err := selfSigned()
	if err != nil {
		return err
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13})
	if err != nil {
		return err
	}
	var current atomic.Pointer[Stub]
	srv := &http.Server{
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1, as the service
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			a, ok := current.Load().replies[operation(r.Header)]
			if !ok {
				w.WriteHeader(http.StatusNotImplemented)
				return
			}
			for name, values := range a.header {
				w.Header()[name] = values
			}
			_, _ = w.Write(a.body)
		}),
	}
	go func() { _ = srv.Serve(ln) }()
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	if _, err := fmt.Fprintf(out, "%s\n%s\n", ln.Addr(), strings.ReplaceAll(string(certPEM), "\n", "|")); err != nil {
		return err
	}
	for dec := gob.NewDecoder(in); ; {
		var script Script
		if err := dec.Decode(&script); err != nil {
			return err
		}
		s := NewStub()
		_ = s.Play(script)
		current.Store(s)
		if _, err := fmt.Fprintln(out, "ready"); err != nil {
			return err
		}
	}
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// TLS is a server in a process of its own, so that the processor time of this
// one is the client's alone.
type TLS struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	script *gob.Encoder
	out    *bufio.Scanner
	client *dynamodb.Client
}

// StartTLS starts this program again as a server.
func StartTLS() (*TLS, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &TLS{cmd: exec.Command(program)}
	s.cmd.Env = append(os.Environ(), serveVar+"=1")
	s.cmd.Stderr = os.Stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.script, s.out = gob.NewEncoder(s.in), bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	addr, err := s.line()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	cert, err := s.line()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(strings.ReplaceAll(cert, "|", "\n")))
	endpoint := "https://" + addr
	s.client = newClient(steady{&http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
		MaxIdleConnsPerHost: 16,
	}}, &endpoint)
	return s, nil
}

func (s *TLS) line() (string, error) {
	if !s.out.Scan() {
		return "", errors.Join(errors.New("the server said nothing"), s.out.Err())
	}
	return s.out.Text(), nil
}

// Play makes the server answer from a script.
func (s *TLS) Play(script Script) error {
	if err := s.script.Encode(script); err != nil {
		return err
	}
	_, err := s.line()
	return err
}

// Client returns a client of the server.
func (s *TLS) Client() *dynamodb.Client { return s.client }

// Close ends the server.
func (s *TLS) Close() error {
	return errors.Join(s.in.Close(), s.cmd.Wait())
}

// steady keeps the SDK from losing requests to a server that answers at once:
// the WriteTo of its request bodies fails after Close, for which net/http
// closes the connection while the response is read.
type steady struct{ http.RoundTripper }

func (s steady) RoundTrip(r *http.Request) (*http.Response, error) {
	if t := reflect.TypeOf(r.Body); t.Kind() == reflect.Pointer && strings.Contains(t.Elem().PkgPath(), "smithy-go") {
		r.Body = readCloser{r.Body}
	}
	return s.RoundTripper.RoundTrip(r)
}

type readCloser struct{ io.ReadCloser }
