package lean

import (
	"net/http"
	"sync/atomic"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// dates reads the dates of answers. It keeps the last one, for they change once a second.
type dates struct{ last atomic.Pointer[date] }

type date struct {
	text string
	at   time.Time
}

// parse returns the time of a Date header.
func (d *dates) parse(text string) (time.Time, error) {
	if last := d.last.Load(); last != nil && last.text == text {
		return last.at, nil
	}
	at, err := smithyhttp.ParseTime(text)
	if err == nil {
		d.last.Store(&date{text, at})
	}
	return at, err
}

// skew returns how far the service's clock is ahead of ours, if the answer says so and is not an old one from a cache.
func (d *dates) skew(h http.Header, sent, received time.Time) (time.Duration, bool) {
	text, elapsed := first(h, "Date"), received.Sub(sent)
	if text == "" || first(h, "Age") != "" || elapsed > maxTrustedRequest {
		return 0, false
	}
	service, err := d.parse(text)
	if err != nil {
		return 0, false
	}
	return service.Sub(sent.Add(elapsed / 2)), true
}

// maxTrustedRequest is how long a request may take for its date to say anything: as long as a signature is valid.
const maxTrustedRequest = 15 * time.Minute
