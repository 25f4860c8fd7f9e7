package dynlocal

// TB is what [Start] needs of a test: every [testing.TB] is one.
type TB interface {
	Helper()
}

// Start gives an empty database for a test. Tests with databases of their own may run in parallel.
func Start(t TB, opts ...Option) *DB {
	t.Helper()
	return New(opts...)
}
