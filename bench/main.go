// Command bench measures dyn beside what a program would do with the AWS
// packages, and prints the ratios as a Markdown table:
//
//	go run -C bench .
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"testing"
	"time"
)

// maxCompile is what NewEntity of 20 attributes may take.
const maxCompile = 50 * time.Microsecond

var turns = flag.Int("turns", 10, "how often to measure each side")

func main() {
	log.SetFlags(0)
	testing.Init()
	if err := flag.Set("test.benchtime", "100ms"); err != nil { // of each turn; the flag changes it
		log.Fatal(err)
	}
	check := flag.Bool("check", false, "fail when a goal is missed")
	flag.Parse()
	missed, err := report()
	if err != nil {
		log.Fatal(err)
	}
	if *check && missed > 0 {
		os.Exit(1)
	}
}

// report prints the table and returns how many goals were missed.
func report() (missed int, err error) {
	fmt.Println("| | dyn | AWS packages | times faster | goal | allocations | |")
	fmt.Println("|---|--:|--:|--:|--:|--:|---|")
	if missed, err = reportCompile(); err != nil {
		return missed, err
	}
	all, err := claims()
	if err != nil {
		return missed, err
	}
	for _, c := range all {
		ours, theirs := race(c)
		ratio := ours.faster(theirs)
		met := ratio >= c.goal && ours.allocs < theirs.allocs
		if !met {
			missed++
		}
		fmt.Printf("| %s | %s | %s | %.1f | %.1f | %d : %d | %s |\n", c.name, nanos(ours.nanos), nanos(theirs.nanos),
			ratio, c.goal, ours.allocs, theirs.allocs, verdict(met))
	}
	return missed, nil
}

// cost is what one run of some work takes.
type cost struct {
	nanos  float64
	allocs int64
}

// faster tells how many times faster c is than other.
func (c cost) faster(other cost) float64 { return other.nanos / c.nanos }

// race measures both sides of a claim in turns, and takes the fastest turn of
// each: what else the machine does slows both, at different times.
func race(c claim) (ours, theirs cost) {
	for range *turns {
		ours = ours.best(testing.Benchmark(benchmark(c.dyn)))
		theirs = theirs.best(testing.Benchmark(benchmark(c.sdk)))
	}
	return ours, theirs
}

func (c cost) best(r testing.BenchmarkResult) cost {
	nanos := float64(r.T.Nanoseconds()) / float64(r.N)
	if c.nanos > 0 {
		nanos = min(nanos, c.nanos)
	}
	return cost{nanos, r.AllocsPerOp()}
}

// reportCompile prints what the first use of a type costs. The AWS package
// does much less then: it has no keys, rules or expressions to prepare.
func reportCompile() (missed int, err error) {
	entities, marshals := compiles()
	ours, err := measure(entities)
	if err != nil {
		return 0, err
	}
	theirs, err := measure(marshals)
	if err != nil {
		return 0, err
	}
	met := ours.time < maxCompile
	if !met {
		missed = 1
	}
	fmt.Printf("| first use of a type of 20 attributes | %s | %s | %.1f | < %s | %d : %d | %s |\n", nanos(float64(ours.time)), nanos(float64(theirs.time)),
		float64(theirs.time)/float64(ours.time), maxCompile, ours.allocs, theirs.allocs, verdict(met))
	return missed, nil
}

func nanos(n float64) string { return fmt.Sprintf("%.2f µs", n/1000) }

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}
