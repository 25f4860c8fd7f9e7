// Command bench compares dyn with what a program would use instead, and prints
// the comparison as Markdown:
//
//	go run -C bench .
//	go run -C bench . -sections stub,tls
//	go run -C bench . -sections curves -svg ../docs
//
// With -check it is quick: it measures how much faster dyn is than the SDK, on
// a stub, and fails when it is less so than recorded in testdata; -record
// records.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/dyntable/dyn/bench/answer"
	"github.com/dyntable/dyn/bench/measure"
)

var (
	rounds = flag.Int("rounds", 15, "turns that each contender has")
	length = flag.Duration("turn", 15*time.Millisecond, "how long a turn is")
	svg    = flag.String("svg", "", "directory to write the curves to")
)

// sections are the parts of the report.
var sections = []struct {
	name  string
	print func() error
}{
	{"stub", func() error { return compare(stubbed{}) }},
	{"tls", func() error { return compare(encrypted{}) }},
	{"local", func() error { return compare(local{}) }},
	{"building", buildingSection},
	{"startup", startupSection},
	{"codec", codecSection},
	{"curves", curvesSection},
}

func main() {
	answer.ServeIfAsked()
	startIfAsked()
	log.SetFlags(0)
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	wanted := flag.String("sections", strings.Join(names, ","), "parts of the report")
	checking := flag.Bool("check", false, "only compare with the recorded ratios")
	recording := flag.Bool("record", false, "only record the ratios")
	flag.Parse()
	switch {
	case *recording:
		exit(record())
	case *checking:
		exit(check())
	}
	exit(report(strings.Split(*wanted, ",")))
}

func exit(err error) {
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(0)
}

func report(wanted []string) error {
	fmt.Printf("%s, %d processors; processor time, medians of %d turns\n", runtime.Version(), runtime.NumCPU(), *rounds)
	for _, name := range wanted {
		found := false
		for _, s := range sections {
			if s.name != name {
				continue
			}
			found = true
			if err := s.print(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		if !found {
			return fmt.Errorf("no section %q", name)
		}
	}
	return nil
}

func effort() measure.Effort { return measure.Effort{Rounds: *rounds, Turn: *length} }
